using System.Buffers.Binary;

namespace ImageStorage.Formats;

/// <summary>
/// GIF, "Graphics Interchange Format, Version 89a" (CompuServe, 1990); sections below are its. The blocks are walked up to the first
/// image descriptor and the code size behind it.
/// </summary>
/// <remarks>
/// The dimensions are those of the logical screen. Frames that reach beyond it exist in real files and are let through; a screen of zero
/// width or height, for which decoders make up different sizes, is refused.
/// </remarks>
internal sealed class GifFormat : ImageFormat
{
    private const int ScreenEnd = 13; // signature (section 17) and logical screen descriptor (18)
    private const int DescriptorSize = 10; // image descriptor with its separator (20)
    private const byte Extension = 0x21;
    private const byte ImageSeparator = 0x2C;
    private const byte Trailer = 0x3B;
    private const string FirstFrame = "the blocks before the first frame";

    // The specification has 2 to 8; old encoders wrote 1, and codes never have more than 12 bits (appendix F).
    private const int MaxCodeSize = 11;

    public override string Name => "GIF";

    public override string ContentType => "image/gif";

    public override IReadOnlyList<string> FileExtensions { get; } = Array.AsReadOnly([".gif"]);

    public override int SignatureLength => 6;

    public override bool Matches(ReadOnlySpan<byte> head) => head.StartsWith("GIF89a"u8) || head.StartsWith("GIF87a"u8);

    public override ImageHeaderResult ReadHeader(ReadOnlySpan<byte> head, bool contentEnds, long? contentLength)
    {
        var reader = new HeadReader(head, contentEnds, contentLength);
        if (!reader.Has(ScreenEnd))
        {
            return reader.Missing(ScreenEnd, "the logical screen descriptor");
        }

        if (!Matches(head))
        {
            return ImageHeaderResult.Invalid("the signature is neither GIF87a nor GIF89a");
        }

        int width = BinaryPrimitives.ReadUInt16LittleEndian(head[6..]);
        int height = BinaryPrimitives.ReadUInt16LittleEndian(head[8..]);
        if (width == 0 || height == 0)
        {
            return ImageHeaderResult.Invalid($"the logical screen is {width} x {height}");
        }

        return WalkToFrame(reader, new ImageHeader(width, height));
    }

    private static ImageHeaderResult WalkToFrame(in HeadReader reader, ImageHeader screen)
    {
        ReadOnlySpan<byte> head = reader.Head;
        int offset = ScreenEnd + ColourTableSize(head[10]);
        while (true)
        {
            if (!reader.Has(offset + 1L))
            {
                return reader.Missing(offset + 1L, FirstFrame);
            }

            switch (head[offset])
            {
                case ImageSeparator:
                    return CheckFrame(reader, offset, screen);
                case Trailer:
                    return ImageHeaderResult.Invalid("it has no frame");
                case Extension:
                    // Introducer and label, then sub-blocks: a length and as many bytes, until a length of 0 (15, 16).
                    offset += 2;
                    int size;
                    do
                    {
                        if (!reader.Has(offset + 1L))
                        {
                            return reader.Missing(offset + 1L, FirstFrame);
                        }

                        size = head[offset];
                        offset += 1 + size;
                    }
                    while (size != 0);
                    break;
                default:
                    return ImageHeaderResult.Invalid($"at byte {offset} there is no block, but 0x{head[offset]:X2}");
            }
        }
    }

    private static ImageHeaderResult CheckFrame(in HeadReader reader, int offset, ImageHeader screen)
    {
        if (!reader.Has(offset + (long)DescriptorSize))
        {
            return reader.Missing(offset + (long)DescriptorSize, "the first image descriptor");
        }

        ReadOnlySpan<byte> descriptor = reader.Head.Slice(offset, DescriptorSize);
        int width = BinaryPrimitives.ReadUInt16LittleEndian(descriptor[5..]);
        int height = BinaryPrimitives.ReadUInt16LittleEndian(descriptor[7..]);
        if (width == 0 || height == 0)
        {
            return ImageHeaderResult.Invalid($"the first frame is {width} x {height}");
        }

        int codeSizeAt = offset + DescriptorSize + ColourTableSize(descriptor[9]);
        if (!reader.Has(codeSizeAt + 1L))
        {
            return reader.Missing(codeSizeAt + 1L, "the colours of the first frame");
        }

        int codeSize = reader.Head[codeSizeAt];
        return codeSize is >= 1 and <= MaxCodeSize
            ? ImageHeaderResult.Complete(screen)
            : ImageHeaderResult.Invalid($"the code size {codeSize} of the first frame is not from 1 to {MaxCodeSize}");
    }

    /// <summary>Bytes of the colour table that a packed field announces: the flag in bit 7, 2^(n+1) colours in bits 0 to 2 (18, 20).</summary>
    private static int ColourTableSize(byte packed) => (packed & 0x80) == 0 ? 0 : 3 << ((packed & 0x07) + 1);
}
