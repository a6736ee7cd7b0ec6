namespace ImageStorage.Formats;

/// <summary>The signatures of common file types that are not accepted, for <see cref="ContentGuess"/>.</summary>
internal static class ContentSignatures
{
    private static readonly (int Offset, byte[] Signature, string Name)[] Known =
    [
        // Images of other formats.
        (8, [(byte)'C', (byte)'R', 0x02], "a camera raw file (CR2)"),
        (0, "II*\0"u8.ToArray(), "TIFF"),
        (0, "MM\0*"u8.ToArray(), "TIFF"),
        (0, "II+\0"u8.ToArray(), "TIFF"),
        (0, "MM\0+"u8.ToArray(), "TIFF"),
        (0, "IIRO"u8.ToArray(), "a camera raw file (ORF)"),
        (0, "IIRS"u8.ToArray(), "a camera raw file (ORF)"),
        (0, "MMOR"u8.ToArray(), "a camera raw file (ORF)"),
        (0, "IIU\0"u8.ToArray(), "a camera raw file (RW2)"),
        (6, "HEAPCCDR"u8.ToArray(), "a camera raw file (CRW)"),
        (0, "FUJIFILMCCD-RAW"u8.ToArray(), "a camera raw file (RAF)"),
        (0, "FOVb"u8.ToArray(), "a camera raw file (X3F)"),
        (0, "\0MRM"u8.ToArray(), "a camera raw file (MRW)"),
        (0, [(byte)'I', (byte)'I', 0xBC], "JPEG XR"),
        (0, "8BPS"u8.ToArray(), "a Photoshop document"),
        (0, "gimp xcf"u8.ToArray(), "a GIMP document"),
        (0, [0x00, 0x00, 0x01, 0x00], "an icon (ICO)"),
        (0, [0x00, 0x00, 0x02, 0x00], "a cursor (CUR)"),
        (0, "icns"u8.ToArray(), "an icon (ICNS)"),
        (0, [0xFF, 0x0A], "JPEG XL"),
        (0, [0x00, 0x00, 0x00, 0x0C, (byte)'J', (byte)'X', (byte)'L', (byte)' '], "JPEG XL"),
        (0, [0x00, 0x00, 0x00, 0x0C, (byte)'j', (byte)'P'], "JPEG 2000"),
        (0, [0xFF, 0x4F, 0xFF, 0x51], "JPEG 2000"),
        (0, [0x8A, (byte)'M', (byte)'N', (byte)'G'], "MNG"),
        (0, [0x8B, (byte)'J', (byte)'N', (byte)'G'], "JNG"),
        (0, "qoif"u8.ToArray(), "QOI"),
        (0, "DDS "u8.ToArray(), "DDS"),
        (0, "FLIF"u8.ToArray(), "FLIF"),
        (0, [(byte)'B', (byte)'P', (byte)'G', 0xFB], "BPG"),
        (0, [0x76, 0x2F, 0x31, 0x01], "OpenEXR"),
        (0, "#?RADIANCE"u8.ToArray(), "Radiance HDR"),
        (0, "SIMPLE  ="u8.ToArray(), "FITS"),
        (0, "AT&TFORM"u8.ToArray(), "DjVu"),
        (128, "DICM"u8.ToArray(), "DICOM"),
        (40, " EMF"u8.ToArray(), "a Windows metafile (EMF)"),
        (0, [0xD7, 0xCD, 0xC6, 0x9A], "a Windows metafile (WMF)"),
        .. Enumerable.Range('1', 6).SelectMany(kind => "\n\r "u8.ToArray().Select(end => (0, new byte[] { (byte)'P', (byte)kind, end }, "Netpbm (PBM, PGM or PPM)"))),

        // Formats that the library reads, for stores that do not accept them.
        (0, [0xFF, 0xD8, 0xFF], "JPEG"),
        (0, [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A], "PNG"),
        (0, "GIF87a"u8.ToArray(), "GIF"),
        (0, "GIF89a"u8.ToArray(), "GIF"),

        // Everything else.
        (0, "%PDF-"u8.ToArray(), "PDF"),
        (0, "%!PS"u8.ToArray(), "PostScript"),
        (0, [0xC5, 0xD0, 0xD3, 0xC6], "Encapsulated PostScript"),
        (0, "{\\rtf"u8.ToArray(), "RTF"),
        (0, [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1], "an old Office document"),
        (0, [(byte)'P', (byte)'K', 0x03, 0x04], "ZIP (or an Office document)"),
        (0, [(byte)'P', (byte)'K', 0x05, 0x06], "ZIP (or an Office document)"),
        (0, [0x1F, 0x8B], "gzip"),
        (0, [0x28, 0xB5, 0x2F, 0xFD], "Zstandard"),
        (0, "BZh"u8.ToArray(), "bzip2"),
        (0, [0xFD, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0x00], "xz"),
        (0, [(byte)'7', (byte)'z', 0xBC, 0xAF, 0x27, 0x1C], "7-Zip"),
        (0, "Rar!"u8.ToArray(), "RAR"),
        (257, "ustar"u8.ToArray(), "tar"),
        (0, [0x7F, (byte)'E', (byte)'L', (byte)'F'], "a program"),
        (0, [(byte)'M', (byte)'Z'], "a program"),
        (0, "\0asm"u8.ToArray(), "WebAssembly"),
        (0, [0x1A, 0x45, 0xDF, 0xA3], "a Matroska or WebM video"),
        (0, [0x00, 0x00, 0x01, 0xBA], "an MPEG video"),
        (0, [0x00, 0x00, 0x01, 0xB3], "an MPEG video"),
        (0, [0x30, 0x26, 0xB2, 0x75, 0x8E, 0x66, 0xCF, 0x11], "a Windows Media file"),
        (0, "FLV\u0001"u8.ToArray(), "a Flash video"),
        (4, "moov"u8.ToArray(), "a QuickTime video"),
        (4, "mdat"u8.ToArray(), "a QuickTime video"),
        (0, "OggS"u8.ToArray(), "Ogg"),
        (0, "fLaC"u8.ToArray(), "FLAC"),
        (0, "ID3"u8.ToArray(), "MP3"),
        (0, "wOFF"u8.ToArray(), "a font (WOFF)"),
        (0, "wOF2"u8.ToArray(), "a font (WOFF2)"),
        (0, "SQLite format 3"u8.ToArray(), "an SQLite database"),
    ];

    /// <summary>Returns the name of the type, or null for an unknown signature.</summary>
    public static string? Find(ReadOnlySpan<byte> head)
    {
        foreach ((int offset, byte[] signature, string name) in Known)
        {
            if (head.Length >= offset + signature.Length && head[offset..].StartsWith(signature))
            {
                return name;
            }
        }

        return null;
    }
}
