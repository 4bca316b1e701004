/** Characters of a bootstrap secret at least: `openssl rand -hex 16` gives as many, 128 bits. */
export const minBootstrapLength = 32;
