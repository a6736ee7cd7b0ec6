using System.Buffers.Binary;

namespace ImageStorage.Formats;

/// <summary>
/// WebP, RFC 9649 (container and lossless bitstream) and RFC 6386 (VP8); the sections of the former are cited by title. A simple file is
/// read to the header of its bitstream, an extended one (VP8X) to its first image chunk.
/// </summary>
/// <remarks>Bytes behind the RIFF container are trailing data and ignored, as "WebP File Header" allows readers.</remarks>
internal sealed class WebPFormat : ImageFormat
{
    private const uint Vp8 = ('V' << 24) | ('P' << 16) | ('8' << 8) | ' ';
    private const uint Vp8L = ('V' << 24) | ('P' << 16) | ('8' << 8) | 'L';
    private const uint Vp8X = ('V' << 24) | ('P' << 16) | ('8' << 8) | 'X';
    private const uint Alph = ('A' << 24) | ('L' << 16) | ('P' << 8) | 'H';
    private const uint Anmf = ('A' << 24) | ('N' << 16) | ('M' << 8) | 'F';

    private const int RiffHeaderSize = 12;
    private const int ChunkHeaderSize = 8;
    private const int Vp8HeaderSize = 10;
    private const int Vp8LHeaderSize = 5;
    private const int Vp8XSize = 10;
    private const int AnmfHeaderSize = 16;
    private const byte AnimationFlag = 0x02;

    public override string Name => "WebP";

    public override string ContentType => "image/webp";

    public override IReadOnlyList<string> FileExtensions { get; } = Array.AsReadOnly([".webp"]);

    public override int SignatureLength => RiffHeaderSize;

    public override bool Matches(ReadOnlySpan<byte> head) =>
        head.Length >= RiffHeaderSize && head.StartsWith("RIFF"u8) && head[8..].StartsWith("WEBP"u8);

    public override ImageHeaderResult ReadHeader(ReadOnlySpan<byte> head, bool contentEnds, long? contentLength)
    {
        var reader = new HeadReader(head, contentEnds, contentLength);
        if (!reader.Has(RiffHeaderSize))
        {
            return reader.Missing(RiffHeaderSize, "the RIFF header");
        }

        if (!Matches(head))
        {
            return ImageHeaderResult.Invalid("the signature is not that of a WebP");
        }

        // The size counts from behind itself ("WebP File Header").
        long riffEnd = 8L + BinaryPrimitives.ReadUInt32LittleEndian(head[4..]);
        if (riffEnd > reader.ContentEnd)
        {
            return ImageHeaderResult.Invalid($"the content is cut off: the RIFF container reaches to byte {riffEnd}, and the content ends at byte {reader.ContentEnd}");
        }

        return WalkToImage(reader, riffEnd);
    }

    private static ImageHeaderResult WalkToImage(in HeadReader reader, long riffEnd)
    {
        ReadOnlySpan<byte> head = reader.Head;
        ImageHeader? canvas = null;
        bool isAnimated = false;
        long offset = RiffHeaderSize;
        while (true)
        {
            long body = offset + ChunkHeaderSize;
            if (body > riffEnd)
            {
                return ImageHeaderResult.Invalid("it has no image data before the end of the RIFF container");
            }

            if (!reader.Has(body))
            {
                return reader.Missing(body, "the chunks before the image data");
            }

            uint type = BinaryPrimitives.ReadUInt32BigEndian(head[(int)offset..]);
            uint size = BinaryPrimitives.ReadUInt32LittleEndian(head[((int)offset + 4)..]);
            if (body + size > riffEnd)
            {
                return ImageHeaderResult.Invalid($"chunk {FourCc.ToText(type)} at byte {offset} reaches to byte {body + size}, beyond the RIFF container, which ends at byte {riffEnd}");
            }

            int needed = HeaderSize(type);
            if (size < needed)
            {
                return ImageHeaderResult.Invalid($"chunk {FourCc.ToText(type)} has {size} bytes, which is too few");
            }

            if (!reader.Has(body + needed))
            {
                return reader.Missing(body + needed, $"chunk {FourCc.ToText(type)}");
            }

            ReadOnlySpan<byte> data = head.Slice((int)body, needed);
            switch (type)
            {
                case Vp8X when canvas is null && offset == RiffHeaderSize && size == Vp8XSize:
                    isAnimated = (data[0] & AnimationFlag) != 0;
                    canvas = new ImageHeader(ReadUInt24(data[4..]) + 1, ReadUInt24(data[7..]) + 1);
                    if (canvas.Value.PixelCount > uint.MaxValue)
                    {
                        return ImageHeaderResult.Invalid($"a canvas of {canvas.Value.Width} x {canvas.Value.Height} has more than 2^32 - 1 pixels");
                    }

                    break;
                case Vp8X:
                    return ImageHeaderResult.Invalid($"chunk VP8X at byte {offset} is not the first or has {size} bytes instead of {Vp8XSize}");
                case Vp8:
                    return CheckAgainst(canvas, ReadVp8(data, size));
                case Vp8L:
                    return CheckAgainst(canvas, ReadVp8L(data));
                case Anmf when isAnimated:
                    return CheckFrame(canvas!.Value, data);
                case Alph when canvas is not null:
                    // The alpha plane of a large image alone may be longer than any head: the VP8 chunk behind it is not waited for.
                    return ImageHeaderResult.Complete(canvas.Value);
                case var _ when canvas is null:
                    return ImageHeaderResult.Invalid($"the first chunk is {FourCc.ToText(type)}, not VP8, VP8L or VP8X");
            }

            // Chunks of odd size are padded ("RIFF File Format").
            offset = body + size + (size & 1);
        }
    }

    /// <summary>How many bytes of a chunk are read here.</summary>
    private static int HeaderSize(uint type) => type switch
    {
        Vp8 => Vp8HeaderSize,
        Vp8L => Vp8LHeaderSize,
        Vp8X => Vp8XSize,
        Anmf => AnmfHeaderSize,
        _ => 0,
    };

    /// <summary>Frame tag, start code and dimensions of a key frame (RFC 6386, section 9.1).</summary>
    private static ImageHeaderResult ReadVp8(ReadOnlySpan<byte> data, uint size)
    {
        int tag = ReadUInt24(data);
        bool isKeyFrame = (tag & 1) == 0;
        int version = (tag >> 1) & 7;
        bool isShown = ((tag >> 4) & 1) != 0;
        int firstPartition = tag >> 5;
        if (!isKeyFrame || version > 3 || !isShown || firstPartition >= size)
        {
            return ImageHeaderResult.Invalid("the VP8 bitstream does not begin with a key frame that is shown and fits its chunk");
        }

        if (!data[3..].StartsWith((ReadOnlySpan<byte>)[0x9D, 0x01, 0x2A]))
        {
            return ImageHeaderResult.Invalid("the VP8 bitstream has no start code");
        }

        // 14 bits each; the upper two are a scale for display, which WebP ignores.
        int width = BinaryPrimitives.ReadUInt16LittleEndian(data[6..]) & 0x3FFF;
        int height = BinaryPrimitives.ReadUInt16LittleEndian(data[8..]) & 0x3FFF;
        return width == 0 || height == 0
            ? ImageHeaderResult.Invalid($"the dimensions are {width} x {height}")
            : ImageHeaderResult.Complete(width, height);
    }

    /// <summary>Signature, dimensions less one in 14 bits each, alpha hint, version ("RIFF Header" of the lossless bitstream).</summary>
    private static ImageHeaderResult ReadVp8L(ReadOnlySpan<byte> data)
    {
        uint bits = BinaryPrimitives.ReadUInt32LittleEndian(data[1..]);
        if (data[0] != 0x2F || bits >> 29 != 0)
        {
            return ImageHeaderResult.Invalid("the VP8L bitstream has a wrong signature or version");
        }

        return ImageHeaderResult.Complete((int)(bits & 0x3FFF) + 1, (int)((bits >> 14) & 0x3FFF) + 1);
    }

    /// <summary>A still image must have the size of its canvas, or the canvas would be no limit for a decoder.</summary>
    private static ImageHeaderResult CheckAgainst(ImageHeader? canvas, ImageHeaderResult image) =>
        canvas is null || image.State != ImageHeaderState.Complete || image.Header == canvas
            ? image
            : ImageHeaderResult.Invalid(
                $"the image of {image.Header.Width} x {image.Header.Height} does not fill its canvas of {canvas.Value.Width} x {canvas.Value.Height}");

    /// <summary>The first frame of an animation must lie within the canvas ("Animation").</summary>
    private static ImageHeaderResult CheckFrame(ImageHeader canvas, ReadOnlySpan<byte> data)
    {
        int right = (2 * ReadUInt24(data)) + ReadUInt24(data[6..]) + 1;
        int bottom = (2 * ReadUInt24(data[3..])) + ReadUInt24(data[9..]) + 1;
        return right <= canvas.Width && bottom <= canvas.Height
            ? ImageHeaderResult.Complete(canvas)
            : ImageHeaderResult.Invalid($"the first frame reaches to {right} x {bottom}, beyond the canvas of {canvas.Width} x {canvas.Height}");
    }

    private static int ReadUInt24(ReadOnlySpan<byte> data) => data[0] | (data[1] << 8) | (data[2] << 16);
}
