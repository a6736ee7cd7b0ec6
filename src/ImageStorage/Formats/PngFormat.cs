using System.Buffers.Binary;
using System.IO.Hashing;

namespace ImageStorage.Formats;

/// <summary>
/// PNG, W3C "Portable Network Graphics (PNG) Specification (Third Edition)"; sections below are its. The chunks are walked up to the first IDAT; only
/// the checksum of IHDR is checked, as the others would need the whole chunk in the head.
/// </summary>
internal sealed class PngFormat : ImageFormat
{
    private const uint Ihdr = ('I' << 24) | ('H' << 16) | ('D' << 8) | 'R';
    private const uint Plte = ('P' << 24) | ('L' << 16) | ('T' << 8) | 'E';
    private const uint Idat = ('I' << 24) | ('D' << 16) | ('A' << 8) | 'T';
    private const uint Iend = ('I' << 24) | ('E' << 16) | ('N' << 8) | 'D';

    private const int SignatureSize = 8;
    private const int ChunkHeaderSize = 8;
    private const int ChunkOverhead = 12; // length, type, CRC
    private const int IhdrSize = 13;
    private const int IhdrEnd = SignatureSize + ChunkOverhead + IhdrSize;
    private const int IndexedColour = 3;

    // Bit 5 of the first letter of a type clear: a chunk without which the image cannot be shown (5.4).
    private const uint AncillaryBit = 0x20000000;

    private static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    public override string Name => "PNG";

    public override string ContentType => "image/png";

    public override IReadOnlyList<string> FileExtensions { get; } = Array.AsReadOnly([".png", ".apng"]);

    public override int SignatureLength => SignatureSize;

    public override bool Matches(ReadOnlySpan<byte> head) => head.StartsWith(Signature);

    public override ImageHeaderResult ReadHeader(ReadOnlySpan<byte> head, bool contentEnds, long? contentLength)
    {
        var reader = new HeadReader(head, contentEnds, contentLength);
        if (!reader.Has(IhdrEnd))
        {
            return reader.Missing(IhdrEnd, "the header chunk (IHDR)");
        }

        if (!Matches(head))
        {
            return ImageHeaderResult.Invalid("the signature is not that of a PNG");
        }

        return CheckIhdr(head) is { } reason ? ImageHeaderResult.Invalid(reason) : WalkToImageData(reader);
    }

    /// <summary>The reason for which IHDR (11.2.1) is refused, or null.</summary>
    private static string? CheckIhdr(ReadOnlySpan<byte> head)
    {
        ReadOnlySpan<byte> chunk = head[SignatureSize..IhdrEnd];
        uint type = BinaryPrimitives.ReadUInt32BigEndian(chunk[4..]);
        if (type != Ihdr || BinaryPrimitives.ReadUInt32BigEndian(chunk) != IhdrSize)
        {
            return $"the first chunk is not a header of 13 bytes (IHDR), but {FourCc.ToText(type)}";
        }

        // The checksum covers the type and the data (5.3).
        if (Crc32.HashToUInt32(chunk.Slice(4, 4 + IhdrSize)) != BinaryPrimitives.ReadUInt32BigEndian(chunk[(8 + IhdrSize)..]))
        {
            return "the checksum of the header chunk (IHDR) is wrong";
        }

        ReadOnlySpan<byte> data = chunk.Slice(8, IhdrSize);
        uint width = BinaryPrimitives.ReadUInt32BigEndian(data);
        uint height = BinaryPrimitives.ReadUInt32BigEndian(data[4..]);
        if (width is 0 or > int.MaxValue || height is 0 or > int.MaxValue)
        {
            return $"the dimensions {width} x {height} are not from 1 to 2147483647";
        }

        (byte depth, byte colour) = (data[8], data[9]);
        if (!IsLegal(depth, colour))
        {
            return $"bit depth {depth} with colour type {colour} is not a legal pair";
        }

        return data[10] != 0 ? $"compression method {data[10]} is not known"
            : data[11] != 0 ? $"filter method {data[11]} is not known"
            : data[12] > 1 ? $"interlace method {data[12]} is not known"
            : null;
    }

    private static bool IsLegal(byte depth, byte colour) => colour switch
    {
        0 => depth is 1 or 2 or 4 or 8 or 16,
        2 or 4 or 6 => depth is 8 or 16,
        IndexedColour => depth is 1 or 2 or 4 or 8,
        _ => false,
    };

    private static ImageHeaderResult WalkToImageData(in HeadReader reader)
    {
        ReadOnlySpan<byte> head = reader.Head;
        bool needsPalette = head[SignatureSize + ChunkHeaderSize + 9] == IndexedColour;
        long offset = IhdrEnd;
        while (true)
        {
            if (!reader.Has(offset + ChunkHeaderSize))
            {
                return reader.Missing(offset + ChunkHeaderSize, "the chunks before the image data (IDAT)");
            }

            uint length = BinaryPrimitives.ReadUInt32BigEndian(head[(int)offset..]);
            uint type = BinaryPrimitives.ReadUInt32BigEndian(head[((int)offset + 4)..]);
            if (!FourCc.IsLetters(type) || length > int.MaxValue)
            {
                return ImageHeaderResult.Invalid($"at byte {offset} there is no chunk: type {FourCc.ToText(type)} (0x{type:X8}), length {length}");
            }

            long end = offset + ChunkOverhead + length;
            if (end > reader.ContentEnd)
            {
                return ImageHeaderResult.Invalid(
                    $"the content is cut off: chunk {FourCc.ToText(type)} at byte {offset} reaches to byte {end}, and the content ends at byte {reader.ContentEnd}");
            }

            switch (type)
            {
                case Idat when needsPalette:
                    return ImageHeaderResult.Invalid("an image of indexed colours has no palette (PLTE) before its data (IDAT)");
                case Idat:
                    return ImageHeaderResult.Complete(
                        BinaryPrimitives.ReadInt32BigEndian(head[(SignatureSize + ChunkHeaderSize)..]),
                        BinaryPrimitives.ReadInt32BigEndian(head[(SignatureSize + ChunkHeaderSize + 4)..]));
                case Iend:
                    return ImageHeaderResult.Invalid("it has no image data: IEND comes before any IDAT");
                case Plte when length is 0 or > 768 || length % 3 != 0:
                    return ImageHeaderResult.Invalid($"a palette (PLTE) of {length} bytes is not 1 to 256 colours of 3 bytes");
                case Plte:
                    needsPalette = false;
                    break;
                case var _ when (type & AncillaryBit) == 0:
                    return ImageHeaderResult.Invalid($"chunk {FourCc.ToText(type)} at byte {offset} is not known or not allowed there, and cannot be left out");
            }

            offset = end;
        }
    }
}
