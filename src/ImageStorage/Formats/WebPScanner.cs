using System.Buffers.Binary;
using ImageStorage.Providers;

namespace ImageStorage.Formats;

/// <summary>
/// Walks the chunks of a WebP. Sections of RFC 9649 are cited by title. A simple file is read to the header of its
/// bitstream, an extended file (VP8X) to its image, and an animation to the end of its container, because each frame
/// has its own dimensions.
/// </summary>
/// <remarks>
/// Bytes after the RIFF container are trailing data and ignored, as "WebP File Header" allows readers. EXIF follows the
/// image ("Extended File Format"), so a file that announces EXIF is read on, and nothing there refuses the image. As in
/// libwebp, EXIF without the announcement is ignored.
/// </remarks>
internal sealed class WebPScanner : HeaderScanner
{
    public const int RiffHeaderSize = 12;

    private const uint Vp8 = ('V' << 24) | ('P' << 16) | ('8' << 8) | ' ';
    private const uint Vp8L = ('V' << 24) | ('P' << 16) | ('8' << 8) | 'L';
    private const uint Vp8X = ('V' << 24) | ('P' << 16) | ('8' << 8) | 'X';
    private const uint Alph = ('A' << 24) | ('L' << 16) | ('P' << 8) | 'H';
    private const uint Exif = ('E' << 24) | ('X' << 16) | ('I' << 8) | 'F';
    private const uint Anmf = ('A' << 24) | ('N' << 16) | ('M' << 8) | 'F';

    private const int ChunkHeaderSize = 8;
    private const int Vp8HeaderSize = 10;
    private const int Vp8LHeaderSize = 5;
    private const int Vp8XSize = 10;
    private const int AnmfHeaderSize = 16;
    private const byte AnimationFlag = 0x02;
    private const byte ExifFlag = 0x08;
    private const string BeforeImage = "the chunks before the image data";

    private readonly ExifOrientation _exif = new();
    private long _riffEnd;
    private ImageHeader? _canvas;
    private bool _isAnimated;
    private bool _hasExif;
    private int _frames;

    // True after the image of a still file: only EXIF is searched.
    private bool _isAfterImage;

    // The end of the EXIF data that are read, and the position after their chunk; 0 outside of EXIF data.
    private long _exifEnd;
    private long _afterExif;

    // The end of the animation frame whose chunks are walked, and its dimensions; 0 outside of a frame.
    private long _frameEnd;
    private ImageHeader _frame;

    public static bool HasSignature(ReadOnlySpan<byte> head) =>
        head.Length >= RiffHeaderSize && head.StartsWith("RIFF"u8) && head[8..].StartsWith("WEBP"u8);

    protected override void Start()
    {
        (_riffEnd, _canvas, _isAnimated, _frameEnd, _frame) = (0, null, false, 0, default);
        (_hasExif, _frames, _isAfterImage, _exifEnd, _afterExif) = (false, 0, false, 0, 0);
        Next(0, RiffHeaderSize, "the RIFF header");
    }

    protected override void Step(ReadOnlySpan<byte> window)
    {
        if (_exifEnd != 0)
        {
            ReadExif(window);
        }
        else if (Position != 0)
        {
            ReadChunk(window);
        }
        else if (!HasSignature(window))
        {
            Refuse("the signature is not that of a WebP");
        }
        else
        {
            // The size counts from after itself ("WebP File Header").
            _riffEnd = 8L + BinaryPrimitives.ReadUInt32LittleEndian(window[4..]);
            if (TryClaim(_riffEnd, "the RIFF container", 0, -1))
            {
                GoToChunk(RiffHeaderSize);
            }
        }
    }

    protected override string CodeText(uint code) => FourCc.ToText(code);

    private void GoToChunk(long position)
    {
        if (_frameEnd != 0 && position + ChunkHeaderSize > _frameEnd)
        {
            // Chunks of odd size are padded ("RIFF File Format").
            position = _frameEnd + (_frameEnd & 1);
            _frameEnd = 0;
        }

        if (position + ChunkHeaderSize <= _riffEnd)
        {
            Next(position, ChunkHeaderSize, BeforeImage);
        }
        else if (IsComplete && _isAnimated)
        {
            SetFrameCount(_frames);
            Finish();
        }
        else if (_isAfterImage)
        {
            Finish();
        }
        else
        {
            Refuse("it has no image data before the end of the RIFF container");
        }
    }

    private void ReadChunk(ReadOnlySpan<byte> window)
    {
        uint type = BinaryPrimitives.ReadUInt32BigEndian(window);
        uint size = BinaryPrimitives.ReadUInt32LittleEndian(window[4..]);
        long body = Position + ChunkHeaderSize;
        if (_isAfterImage)
        {
            ReadAfterImage(type, size);
            return;
        }

        if (body + size > (_frameEnd != 0 ? _frameEnd : _riffEnd))
        {
            Refuse($"chunk {FourCc.ToText(type)} at byte {Position} reaches to byte {body + size}, beyond the "
                + (_frameEnd != 0 ? $"animation frame, which ends at byte {_frameEnd}" : $"RIFF container, which ends at byte {_riffEnd}"));
            return;
        }

        int needed = HeaderSize(type);
        if (size < needed)
        {
            Refuse($"chunk {FourCc.ToText(type)} has {size} bytes, which is too few");
        }
        else if (window.Length < ChunkHeaderSize + needed)
        {
            Next(Position, ChunkHeaderSize + needed, $"chunk {FourCc.ToText(type)}");
        }
        else if (_frameEnd != 0)
        {
            ReadFrameChunk(type, size, window.Slice(ChunkHeaderSize, needed));
        }
        else
        {
            ReadTopChunk(type, size, window.Slice(ChunkHeaderSize, needed));
        }
    }

    private void ReadTopChunk(uint type, uint size, ReadOnlySpan<byte> data)
    {
        long end = Position + ChunkHeaderSize + size + (size & 1);
        switch (type)
        {
            case Vp8X when _canvas is null && Position == RiffHeaderSize && size == Vp8XSize:
                ReadCanvas(data);
                break;
            case Vp8X:
                Refuse($"chunk VP8X at byte {Position} is not the first or has {size} bytes instead of {Vp8XSize}");
                return;
            case Vp8 or Vp8L:
                ReadImage(type, size, data, _canvas, "canvas");
                if (!IsFinished && !_isAnimated)
                {
                    EndStill(end);
                    return;
                }

                break;
            case Exif when IsRead(size):
                BeginExif(size);
                return;
            case Anmf when _isAnimated:
                BeginFrame(_canvas!.Value, data, size);
                return;
            case Alph when _canvas is not null:
                Complete(_canvas.Value);
                break;
            case var _ when _canvas is null:
                Refuse($"the first chunk is {FourCc.ToText(type)}, not VP8, VP8L or VP8X");
                return;
        }

        if (!IsFinished)
        {
            GoToChunk(end);
        }
    }

    /// <summary>Reads the flags and the canvas of an extended file ("Extended File Format").</summary>
    private void ReadCanvas(ReadOnlySpan<byte> data)
    {
        (_isAnimated, _hasExif) = ((data[0] & AnimationFlag) != 0, (data[0] & ExifFlag) != 0);
        var canvas = new ImageHeader(ReadUInt24(data[4..]) + 1, ReadUInt24(data[7..]) + 1);
        _canvas = canvas;
        if (canvas.PixelCount > uint.MaxValue)
        {
            Refuse($"a canvas of {canvas.Width} x {canvas.Height} has more than 2^32 - 1 pixels");
        }
    }

    /// <summary>Ends a still file at its image, or searches its EXIF.</summary>
    private void EndStill(long end)
    {
        SetFrameCount(1);
        if (_hasExif && Orientation is null)
        {
            _isAfterImage = true;
            GoToChunk(end);
        }
        else
        {
            Finish();
        }
    }

    private void ReadAfterImage(uint type, uint size)
    {
        long end = Position + ChunkHeaderSize + size;
        if (end > _riffEnd)
        {
            Finish();
        }
        else if (type == Exif && IsRead(size))
        {
            BeginExif(size);
        }
        else
        {
            GoToChunk(end + (size & 1));
        }
    }

    private bool IsRead(uint exifSize) => _hasExif && Orientation is null && exifSize >= ExifOrientation.HeadSize;

    private void BeginExif(uint size)
    {
        _exifEnd = Position + ChunkHeaderSize + size;
        _afterExif = _exifEnd + (size & 1);
        _exif.Begin(needsIdentifier: false);
        Next(Position + ChunkHeaderSize, ExifOrientation.HeadSize, BeforeImage);
    }

    private void ReadExif(ReadOnlySpan<byte> window)
    {
        if (_exif.Read(window, Position, _exifEnd, out long position, out int need))
        {
            Next(position, need, BeforeImage);
            return;
        }

        (Orientation, _exifEnd) = (_exif.Value, 0);
        if (_isAfterImage && Orientation is not null)
        {
            Finish();
        }
        else
        {
            GoToChunk(_afterExif);
        }
    }

    /// <summary>
    /// Begins an animation frame, which must be inside the canvas ("Animation"). The chunks of the frame follow.
    /// </summary>
    private void BeginFrame(ImageHeader canvas, ReadOnlySpan<byte> data, uint size)
    {
        _frame = new ImageHeader(ReadUInt24(data[6..]) + 1, ReadUInt24(data[9..]) + 1);
        int right = (2 * ReadUInt24(data)) + _frame.Width;
        int bottom = (2 * ReadUInt24(data[3..])) + _frame.Height;
        if (right > canvas.Width || bottom > canvas.Height)
        {
            Refuse($"the frame at byte {Position} reaches to {right} x {bottom}, beyond the canvas of {canvas.Width} x {canvas.Height}");
            return;
        }

        Complete(canvas);
        _frames++;
        _frameEnd = Position + ChunkHeaderSize + size;
        GoToChunk(Position + ChunkHeaderSize + AnmfHeaderSize);
    }

    private void ReadFrameChunk(uint type, uint size, ReadOnlySpan<byte> data)
    {
        if (type is Vp8 or Vp8L)
        {
            ReadImage(type, size, data, _frame, "animation frame");
        }

        if (!IsFinished)
        {
            GoToChunk(Position + ChunkHeaderSize + size + (size & 1));
        }
    }

    /// <summary>Returns the number of bytes of a chunk that are read.</summary>
    private static int HeaderSize(uint type) => type switch
    {
        Vp8 => Vp8HeaderSize,
        Vp8L => Vp8LHeaderSize,
        Vp8X => Vp8XSize,
        Anmf => AnmfHeaderSize,
        _ => 0,
    };

    /// <summary>
    /// Reads the header of a bitstream, which must fill its canvas or frame: otherwise these would be no limit for a
    /// decoder.
    /// </summary>
    private void ReadImage(uint type, uint size, ReadOnlySpan<byte> data, ImageHeader? area, string areaName)
    {
        string? reason = type == Vp8 ? ReadVp8(data, size, out ImageHeader image) : ReadVp8L(data, out image);
        if (reason is null && area is { } expected && image != expected)
        {
            reason = $"the image of {image.Width} x {image.Height} does not fill its {areaName} of {expected.Width} x {expected.Height}";
        }

        if (reason is not null)
        {
            Refuse(reason);
        }
        else
        {
            Complete(image);
        }
    }

    /// <summary>Frame tag, start code and dimensions of a key frame (RFC 6386, section 9.1).</summary>
    private static string? ReadVp8(ReadOnlySpan<byte> data, uint size, out ImageHeader image)
    {
        image = default;
        int tag = ReadUInt24(data);
        bool isKeyFrame = (tag & 1) == 0;
        int version = (tag >> 1) & 7;
        bool isShown = ((tag >> 4) & 1) != 0;
        int firstPartition = tag >> 5;
        if (!isKeyFrame || version > 3 || !isShown || firstPartition >= size)
        {
            return "the VP8 bitstream does not begin with a key frame that is shown and fits its chunk";
        }

        if (!data[3..].StartsWith((ReadOnlySpan<byte>)[0x9D, 0x01, 0x2A]))
        {
            return "the VP8 bitstream has no start code";
        }

        // 14 bits each; the upper two are a scale for display, which WebP ignores.
        image = new ImageHeader(BinaryPrimitives.ReadUInt16LittleEndian(data[6..]) & 0x3FFF, BinaryPrimitives.ReadUInt16LittleEndian(data[8..]) & 0x3FFF);
        return image.PixelCount == 0 ? $"the dimensions are {image.Width} x {image.Height}" : null;
    }

    /// <summary>
    /// Signature, dimensions less one in 14 bits each, alpha hint, version ("RIFF Header" of the lossless bitstream).
    /// </summary>
    private static string? ReadVp8L(ReadOnlySpan<byte> data, out ImageHeader image)
    {
        uint bits = BinaryPrimitives.ReadUInt32LittleEndian(data[1..]);
        image = new ImageHeader((int)(bits & 0x3FFF) + 1, (int)((bits >> 14) & 0x3FFF) + 1);
        return data[0] != 0x2F || bits >> 29 != 0 ? "the VP8L bitstream has a wrong signature or version" : null;
    }

    private static int ReadUInt24(ReadOnlySpan<byte> data) => data[0] | (data[1] << 8) | (data[2] << 16);
}
