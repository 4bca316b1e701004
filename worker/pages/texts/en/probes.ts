export const probes = {
  title: "Who asks, and why",
  page: "Probes",
  lead: "This service sends people's package managers to mirrors near them. So that nobody is sent to a mirror that doesn't answer or is behind, it asks every listed mirror now and then. Those requests carry the User-Agent {agent}.",
  whatTitle: "What is asked",
  what: [
    "The repository's root (InRelease, repomd.xml, SHA256SUMS), conditionally.",
    "The size of one package or image, by HEAD.",
    "Now and then 64 KiB of one, to compare the bytes.",
  ],
  oftenTitle: "How often",
  often:
    "Usually every {healthy} from two regions, every {changing} while a mirror seems to fail, and up to {longest} apart for one that has been down for long. Never more than {requests} requests a minute to one mirror.",
  clientsTitle: "And while clients come",
  clients:
    "Before a client is sent to a mirror, the place of this service that the client asked may ask that mirror for the very file, by HEAD, as {agent}: where it isn't known whether the file is there, and once in some seconds to see that the mirror still answers; and with it, once in ten seconds or after a silence, for a small package of at most 32 KiB, to see that its bytes are right. Where no client is sent, nobody asks so.",
  stopTitle: "How to stop it",
  stop: "Ask the operator of this service to disable your mirror, or answer these requests with 403: the mirror is then taken to be down, no client is sent there, and it is asked ever less often.",
};
