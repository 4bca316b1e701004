/** `npm run build`: a folder that serves without npm, a checkout or a bundler. */
