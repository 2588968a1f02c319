/** The parts of seek-bzip that we use; it has no types. */
declare module 'seek-bzip' {
  interface ByteSource {
    readByte(): number;
    read(buffer: Uint8Array, offset: number, length: number): number;
  }
  interface ByteSink {
    writeByte(byte: number): void;
  }
  const Bunzip: {
    /** Decodes one stream, from its signature to its checksum. */
    decode(input: ByteSource, output: ByteSink): unknown;
  };
  export = Bunzip;
}
