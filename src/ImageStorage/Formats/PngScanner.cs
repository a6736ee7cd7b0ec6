using System.Buffers.Binary;
using System.IO.Hashing;
using ImageStorage.Providers;

namespace ImageStorage.Formats;

/// <summary>
/// Walks the chunks of a PNG to the first IDAT, and of an APNG to the end, because each frame has its own dimensions.
/// Sections below are of the PNG specification. Only the checksum of IHDR is checked: the other checksums would need
/// every byte of their chunks.
/// </summary>
/// <remarks>
/// The orientation is that of eXIf before the image data, where the chunk must be (5.6); browsers ignore the chunk after
/// the image data. The number of frames of an APNG is declared (acTL) and certain only at the end, if the image has as
/// many frames (fcTL).
/// </remarks>
internal sealed class PngScanner : HeaderScanner
{
    public const int SignatureSize = 8;

    private const uint Ihdr = ('I' << 24) | ('H' << 16) | ('D' << 8) | 'R';
    private const uint Plte = ('P' << 24) | ('L' << 16) | ('T' << 8) | 'E';
    private const uint Idat = ('I' << 24) | ('D' << 16) | ('A' << 8) | 'T';
    private const uint Iend = ('I' << 24) | ('E' << 16) | ('N' << 8) | 'D';
    private const uint Actl = ('a' << 24) | ('c' << 16) | ('T' << 8) | 'L';
    private const uint Fctl = ('f' << 24) | ('c' << 16) | ('T' << 8) | 'L';
    private const uint Exif = ('e' << 24) | ('X' << 16) | ('I' << 8) | 'f';
    private const uint CgBI = ('C' << 24) | ('g' << 16) | ('B' << 8) | 'I';

    private const int ChunkHeaderSize = 8;
    private const int CrcSize = 4;
    private const int ChunkOverhead = ChunkHeaderSize + CrcSize;
    private const int IhdrSize = 13;
    private const int ActlSize = 8;
    private const int FctlSize = 26;
    private const int IhdrEnd = SignatureSize + ChunkOverhead + IhdrSize;
    private const int IndexedColour = 3;

    // A type whose first letter has bit 5 clear is a critical chunk: without it, the image cannot be shown (5.4).
    private const uint AncillaryBit = 0x20000000;
    private const string BeforeData = "the chunks before the image data (IDAT)";

    private readonly ExifOrientation _exif = new();
    private ImageHeader _header;
    private bool _needsPalette;
    private bool _isAnimated;

    // The end of the EXIF data that are read, or 0.
    private long _exifEnd;

    // The declared number of frames, 0 if the declaration is absent or contradicts another, and the frames so far.
    private uint _declaredFrames;
    private uint _frames;

    private static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    public static bool HasSignature(ReadOnlySpan<byte> head) => head.StartsWith(Signature);

    protected override void Start()
    {
        (_header, _needsPalette, _isAnimated) = (default, false, false);
        (_exifEnd, _declaredFrames, _frames) = (0, 0, 0);
        Next(0, IhdrEnd, "the header chunk (IHDR)");
    }

    protected override void Step(ReadOnlySpan<byte> window)
    {
        if (Position == 0)
        {
            ReadStart(window[..IhdrEnd]);
        }
        else if (_exifEnd != 0)
        {
            ReadExif(window);
        }
        else
        {
            ReadChunk(window);
        }
    }

    protected override string CodeText(uint code) => FourCc.ToText(code);

    private void ReadStart(ReadOnlySpan<byte> head)
    {
        if (!HasSignature(head))
        {
            Refuse("the signature is not that of a PNG");
            return;
        }

        ReadOnlySpan<byte> chunk = head[SignatureSize..];
        if (BinaryPrimitives.ReadUInt32BigEndian(chunk[4..]) == CgBI)
        {
            RefuseVariant("it is a PNG that Apple's Xcode has optimised (CgBI), which only Apple's decoders can show; export it as a standard PNG");
        }
        else if (CheckIhdr(chunk) is { } reason)
        {
            Refuse(reason);
        }
        else
        {
            _header = new ImageHeader(BinaryPrimitives.ReadInt32BigEndian(chunk[8..]), BinaryPrimitives.ReadInt32BigEndian(chunk[12..]));
            _needsPalette = chunk[ChunkHeaderSize + 9] == IndexedColour;
            Next(IhdrEnd, ChunkHeaderSize, BeforeData);
        }
    }

    /// <summary>Returns the reason to refuse IHDR (11.2.1), or null.</summary>
    private static string? CheckIhdr(ReadOnlySpan<byte> chunk)
    {
        uint type = BinaryPrimitives.ReadUInt32BigEndian(chunk[4..]);
        if (type != Ihdr || BinaryPrimitives.ReadUInt32BigEndian(chunk) != IhdrSize)
        {
            return $"the first chunk must be the header (IHDR) of 13 bytes, and it is {FourCc.ToText(type)} of {BinaryPrimitives.ReadUInt32BigEndian(chunk)} bytes";
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

    private void ReadChunk(ReadOnlySpan<byte> window)
    {
        uint length = BinaryPrimitives.ReadUInt32BigEndian(window);
        uint type = BinaryPrimitives.ReadUInt32BigEndian(window[4..]);
        if (!FourCc.IsLetters(type) || length > int.MaxValue)
        {
            EndChunks(type, length);
            return;
        }

        long end = Position + ChunkOverhead + length;
        if (!TryClaim(end, "chunk", type, Position))
        {
            return;
        }

        int needed = ChunkHeaderSize + (type == Fctl && length == FctlSize ? FctlSize : type == Actl && length == ActlSize ? ActlSize : 0);
        if (window.Length < needed)
        {
            Next(Position, needed, type == Fctl ? "the frame control chunk (fcTL)" : BeforeData);
            return;
        }

        if ((type == Fctl ? CheckFrame(window[ChunkHeaderSize..], length) : IsComplete ? null : CheckBeforeData(type, length)) is { } reason)
        {
            Refuse(reason);
            return;
        }

        if (type == Exif && !IsComplete && length >= ExifOrientation.HeadSize && Orientation is null)
        {
            _exifEnd = end;
            _exif.Begin(needsIdentifier: false);
            Next(Position + ChunkHeaderSize, ExifOrientation.HeadSize, BeforeData);
            return;
        }

        if (type == Actl && !IsComplete)
        {
            ReadAnimation(window[ChunkHeaderSize..], length);
        }

        TakeChunk(type, end);
    }

    private void EndChunks(uint type, uint length)
    {
        if (IsComplete)
        {
            Finish(); // a decoder stops here and shows the chunks before
        }
        else
        {
            Refuse($"at byte {Position} there is no chunk: type {FourCc.ToText(type)} (0x{type:X8}), length {length}");
        }
    }

    /// <summary>Reads the animation control chunk (11.3.6.1), which may occur once.</summary>
    private void ReadAnimation(ReadOnlySpan<byte> data, uint length)
    {
        _declaredFrames = _isAnimated || length != ActlSize ? 0 : BinaryPrimitives.ReadUInt32BigEndian(data);
        _isAnimated = true;
    }

    private void ReadExif(ReadOnlySpan<byte> window)
    {
        if (_exif.Read(window, Position, _exifEnd - CrcSize, out long position, out int need))
        {
            Next(position, need, BeforeData);
        }
        else
        {
            Orientation = _exif.Value;
            (long end, _exifEnd) = (_exifEnd, 0);
            TakeChunk(Exif, end);
        }
    }

    /// <summary>Continues after a chunk that is accepted.</summary>
    private void TakeChunk(uint type, long end)
    {
        _frames += type == Fctl ? 1u : 0;
        if (type == Idat)
        {
            Complete(_header);
        }

        if (IsComplete && (!_isAnimated || type == Iend))
        {
            SetFrameCount(!_isAnimated ? 1 : _frames == _declaredFrames ? (int)_frames : 0);
            Finish();
        }
        else
        {
            Next(end, ChunkHeaderSize, BeforeData);
        }
    }

    /// <summary>
    /// Returns the reason to refuse a chunk before the image data, or the first chunk of the image data; or null.
    /// </summary>
    private string? CheckBeforeData(uint type, uint length)
    {
        switch (type)
        {
            case Idat:
                return _needsPalette ? "an image of indexed colours has no palette (PLTE) before its data (IDAT)" : null;
            case Iend:
                return "it has no image data: IEND comes before any IDAT";
            case Plte when length is 0 or > 768 || length % 3 != 0:
                return $"a palette (PLTE) of {length} bytes is not 1 to 256 colours of 3 bytes";
            case Plte:
                _needsPalette = false;
                return null;
            default:
                return (type & AncillaryBit) != 0 ? null : $"chunk {FourCc.ToText(type)} at byte {Position} is unknown or not allowed there, and cannot be ignored";
        }
    }

    /// <summary>
    /// Returns the reason to refuse the frame of a frame control chunk (fcTL), or null. A frame must be inside the
    /// image.
    /// </summary>
    private string? CheckFrame(ReadOnlySpan<byte> data, uint length)
    {
        if (length != FctlSize)
        {
            return $"the frame control chunk (fcTL) at byte {Position} has {length} bytes instead of {FctlSize}";
        }

        ulong width = BinaryPrimitives.ReadUInt32BigEndian(data[4..]);
        ulong height = BinaryPrimitives.ReadUInt32BigEndian(data[8..]);
        ulong right = BinaryPrimitives.ReadUInt32BigEndian(data[12..]) + width;
        ulong bottom = BinaryPrimitives.ReadUInt32BigEndian(data[16..]) + height;
        return width == 0 || height == 0 || right > (ulong)_header.Width || bottom > (ulong)_header.Height
            ? $"the frame of {width} x {height} at byte {Position} (fcTL) reaches to {right} x {bottom}, beyond the image of {_header.Width} x {_header.Height}"
            : null;
    }
}
