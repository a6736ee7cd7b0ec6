using System.Buffers.Binary;
using ImageStorage.Providers;

namespace ImageStorage.Formats;

/// <summary>
/// Walks the marker segments of a JPEG (ITU-T T.81, annex B) through the frame header (SOFn) to the first scan (SOS).
/// Large application segments (EXIF with a thumbnail, ICC profiles, extended XMP) may put megabytes before the scan.
/// The lengths of tables and of the scan header must agree with their contents, as libjpeg requires. After the scan
/// header, only the further images of a multi-picture file (<see cref="JpegPictureIndex"/>) are visited: a scan has no
/// length to skip by.
/// </summary>
/// <remarks>
/// Bytes between two segments that are no marker are skipped, as in libjpeg and so in every browser: some cameras pad
/// their segments. Lossless, hierarchical and 12-bit JPEG are refused as variants, because browsers and most decoders
/// cannot show them.
/// </remarks>
internal sealed partial class JpegScanner : HeaderScanner
{
    public const int StartSize = 3;

    private const byte Soi = 0xD8;
    private const byte Eoi = 0xD9;
    private const byte Sos = 0xDA;
    private const byte Dqt = 0xDB;
    private const byte Dhp = 0xDE;
    private const byte Exp = 0xDF;
    private const byte App1 = 0xE1;
    private const byte App2 = 0xE2;
    private const byte Tem = 0x01;
    private const byte Dht = 0xC4;
    private const byte JpgReserved = 0xC8;
    private const byte Dac = 0xCC;
    private const int MaxComponents = 4;
    private const int MaxFrameHeader = 8 + (3 * MaxComponents);
    private const int MaxScanHeader = 6 + (2 * MaxComponents);
    private const int HuffmanHead = 17; // class and destination, and the number of codes of each length
    private const string BeforeScan = "the segments before the first scan (SOS)";

    private readonly JpegPictureIndex _pictures = new();
    private readonly ExifOrientation _exif = new();
    private Phase _phase;
    private byte _marker;
    private long _markerAt;
    private long _segmentEnd;
    private ImageHeader _frame;
    private int _components;
    private uint _componentIds;
    private bool _isExtra;

    private enum Phase
    {
        Start,
        Marker,
        Length,
        Frame,
        Quantization,
        Huffman,
        Scan,
        ScanData,
        Exif,
        Pictures,
    }

    public static bool IsStart(ReadOnlySpan<byte> head) => head.StartsWith((ReadOnlySpan<byte>)[0xFF, Soi, 0xFF]);

    protected override void Start()
    {
        (_phase, _isExtra, _components, _frame) = (Phase.Start, false, 0, default);
        _pictures.Clear();
        Next(0, StartSize, "the start of image (SOI)");
    }

    protected override void Step(ReadOnlySpan<byte> window)
    {
        switch (_phase)
        {
            case Phase.Start when IsStart(window):
                GoTo(Phase.Marker, Position + 2, 2);
                break;
            case Phase.Start:
                Fail("it does not begin with a start of image (SOI)");
                break;
            case Phase.Marker:
                FindMarker(window);
                break;
            case Phase.Length:
                ReadLength(BinaryPrimitives.ReadUInt16BigEndian(window));
                break;
            case Phase.Frame:
                ReadFrame(window);
                break;
            case Phase.Quantization:
                ReadQuantization(window[0]);
                break;
            case Phase.Huffman:
                ReadHuffman(window[..HuffmanHead]);
                break;
            case Phase.Scan:
                ReadScan(window);
                break;
            case Phase.ScanData:
                EndHeader(window);
                break;
            case Phase.Exif:
                ReadExif(window);
                break;
            default:
                ReadPictures(window);
                break;
        }
    }

    protected override string CodeText(uint code) => $"0xFF{code:X2}";

    private void GoTo(Phase phase, long position, int need)
    {
        _phase = phase;
        Next(position, need, BeforeScan);
    }

    private void GoToNextSegment() => GoTo(Phase.Marker, _segmentEnd, 2);

    /// <summary>
    /// Refuses the image, or skips a further image of a multi-picture file, which a decoder would refuse.
    /// </summary>
    private void Fail(string reason)
    {
        if (_isExtra)
        {
            GoToExtra();
        }
        else
        {
            Refuse(reason);
        }
    }

    /// <summary>Finds the next marker, which any number of 0xFF may precede (B.1.1.2).</summary>
    private void FindMarker(ReadOnlySpan<byte> window)
    {
        if (_isExtra && window[0] != 0xFF)
        {
            GoToExtra();
            return;
        }

        int at = 0;
        while (at + 1 < window.Length)
        {
            // 0xFF00 encodes a data byte 0xFF and is no marker.
            if (window[at] == 0xFF && window[at + 1] is not (0x00 or 0xFF))
            {
                TakeMarker(window[at + 1], Position + at);
                return;
            }

            if (_isExtra)
            {
                at++; // one step per byte, so that the check above sees every byte
                break;
            }

            int next = window[(at + 1)..].IndexOf((byte)0xFF);
            at = next < 0 ? window.Length : at + 1 + next;
        }

        GoTo(Phase.Marker, Position + at, 2);
    }

    private void TakeMarker(byte marker, long at)
    {
        if (marker is Tem or (>= 0xD0 and <= 0xD7))
        {
            GoTo(Phase.Marker, at + 2, 2); // no segment follows these (B.1.1.3)
        }
        else if (marker is Soi or Eoi or JpgReserved or < 0xC0)
        {
            Fail(marker == Eoi
                ? "it has no image data: the end of image (EOI) comes before any scan"
                : $"marker 0xFF{marker:X2} at byte {at} is not allowed before the first scan");
        }
        else if (marker is Dhp or Exp && !_isExtra)
        {
            RefuseVariant("it is a hierarchical JPEG, which browsers and most decoders cannot show");
        }
        else
        {
            (_marker, _markerAt) = (marker, at);
            GoTo(Phase.Length, at + 2, 2);
        }
    }

    private void ReadLength(int length)
    {
        _segmentEnd = Position + length;
        bool isFrame = _marker is >= 0xC0 and <= 0xCF and not (Dht or Dac);
        if (length < 2)
        {
            Fail($"segment 0xFF{_marker:X2} at byte {_markerAt} has length {length}, which is less than 2");
        }
        else if (_isExtra ? _segmentEnd > ContentEnd || _marker == Sos : !TryClaim(_segmentEnd, "segment", _marker, _markerAt))
        {
            Fail("another image of it is cut off or has no frame");
        }
        else if (isFrame)
        {
            ReadFrameLength(length);
        }
        else if (_isExtra)
        {
            GoToNextSegment();
        }
        else
        {
            ReadTables(length);
        }
    }

    /// <summary>Goes to the parts to read of a segment before the first scan that is no frame header.</summary>
    private void ReadTables(int length)
    {
        switch (_marker)
        {
            case Sos when _components == 0:
                Refuse("a scan (SOS) comes before the frame header (SOF)");
                break;
            case Sos:
                GoTo(Phase.Scan, Position, Math.Clamp(length, 2, MaxScanHeader));
                break;
            case Dqt when length > 2:
                GoTo(Phase.Quantization, Position + 2, 1);
                break;
            case Dht when length > 2:
                GoToHuffman(Position + 2);
                break;
            default:
                if (!TryGoToMetadata(length))
                {
                    GoToNextSegment();
                }

                break;
        }
    }

    private void ReadFrameLength(int length)
    {
        if (_frame.Width != 0 && !_isExtra)
        {
            Refuse($"it has two frame headers before the first scan, the second at byte {_markerAt}");
        }
        else if (length < 8)
        {
            Fail($"the frame header (SOF) has length {length}, which is too short");
        }
        else
        {
            GoTo(Phase.Frame, Position, Math.Min(length, MaxFrameHeader));
        }
    }

    /// <summary>Reads a frame header (B.2.2), given from its length on.</summary>
    private void ReadFrame(ReadOnlySpan<byte> window)
    {
        int length = BinaryPrimitives.ReadUInt16BigEndian(window);
        int height = BinaryPrimitives.ReadUInt16BigEndian(window[3..]);
        int width = BinaryPrimitives.ReadUInt16BigEndian(window[5..]);
        if (_isExtra)
        {
            Allocates(new ImageHeader(width, height));
            GoToExtra();
            return;
        }

        int components = window[7];
        if (components is 0 or > MaxComponents || length != 8 + (3 * components))
        {
            Refuse($"the frame header (SOF) has length {length} and {components} components, which do not agree");
        }
        else if (CheckFrame(window[..length]) is { } reason)
        {
            Refuse(reason);
        }
        else if (VariantOf(_marker, window[2]) is { } variant)
        {
            RefuseVariant($"it is a {variant}, which browsers and most decoders cannot show; convert it to a baseline or progressive JPEG of 8 bits");
        }
        else
        {
            (_components, _frame, _componentIds) = (components, new ImageHeader(width, height), 0);
            for (int i = 0; i < components; i++)
            {
                _componentIds |= (uint)window[8 + (3 * i)] << (8 * i);
            }

            GoToNextSegment();
        }
    }

    /// <summary>Reads the scan header (B.2.3), given from its length on.</summary>
    private void ReadScan(ReadOnlySpan<byte> window)
    {
        int length = BinaryPrimitives.ReadUInt16BigEndian(window);
        if (length < 6 || window[2] is 0 || window[2] > _components || length != 6 + (2 * window[2]))
        {
            Refuse($"the first scan header (SOS) has a length of {length}, which does not agree with its components");
            return;
        }

        int taken = 0;
        for (int i = 3; i < 3 + (2 * window[2]); i += 2)
        {
            if (FindComponent(window[i], ref taken) < 0)
            {
                Refuse(HasComponent(window[i])
                    ? $"the first scan (SOS) has component {window[i]} twice"
                    : $"the first scan (SOS) has component {window[i]}, which the frame header (SOF) does not have");
                return;
            }
        }

        _phase = Phase.ScanData;
        Next(_segmentEnd, 2, "the first scan");
    }

    private bool HasComponent(byte id)
    {
        int none = 0;
        return FindComponent(id, ref none) >= 0;
    }

    /// <summary>
    /// Returns the first unused component of the frame with an identifier, or -1. Some encoders give several components
    /// the same identifier.
    /// </summary>
    private int FindComponent(byte id, ref int taken)
    {
        for (int i = 0; i < _components; i++)
        {
            if ((byte)(_componentIds >> (8 * i)) == id && (taken & (1 << i)) == 0)
            {
                taken |= 1 << i;
                return i;
            }
        }

        return -1;
    }

    /// <summary>
    /// Checks that data follow the scan header. After that, only further images of a multi-picture file are visited.
    /// </summary>
    private void EndHeader(ReadOnlySpan<byte> window)
    {
        if (window[0] == 0xFF && window[1] == Eoi)
        {
            Refuse("it has no image data: the first scan is empty");
            return;
        }

        Complete(_frame);
        SetFrameCount(1); // the further images of a multi-picture file are other images, not frames
        _isExtra = true;
        GoToExtra();
    }

    private void GoToExtra()
    {
        if (_pictures.TryTake(Position + 1, out long start))
        {
            GoTo(Phase.Start, start, StartSize);
        }
        else
        {
            Finish();
        }
    }
}
