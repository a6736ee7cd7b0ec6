using System.Buffers.Binary;
using ImageStorage.Providers;
using static ImageStorage.Formats.AvifBoxTypes;

namespace ImageStorage.Formats;

/// <summary>
/// Walks the boxes of an AVIF to the description of its image (<c>meta</c>), for a sequence also to its tracks
/// (<c>moov</c>), and then to the AV1 data of items and tracks, whose sequence headers have the dimensions that a
/// decoder allocates. Only the boxes that are read later are kept (<see cref="AvifDescription"/>).
/// </summary>
/// <remarks>
/// The dimensions are those of the primary item as stored (<c>ispe</c>): <c>irot</c>, <c>imir</c> and <c>clap</c> are
/// not applied. The frames are the samples of a track if decoders show the track: unless the major brand is
/// <c>avif</c>, as in libavif. Their number is certain if the box with the samples is not cut off. The format allows the description after the data. Data that have passed cannot be read again, so AV1
/// data before the description are accepted only with a sequence header in their configuration (<c>av1C</c>), or if
/// they are the first in their box.
/// </remarks>
internal sealed partial class AvifScanner : HeaderScanner
{
    private const int BoxHeaderSize = 8;
    private const int LargeBoxHeaderSize = 16;
    private const int MaxDepth = 8;
    private const string FileType = "the file type box (ftyp)";
    private const string BeforeDescription = "the boxes before the image description (meta)";
    private const string Description = "the image description";

    private readonly AvifDescription _description = new();
    private readonly AvifDataLocations _locations = new();
    private readonly Level[] _levels = new Level[MaxDepth];
    private int _depth;
    private Phase _phase;
    private bool _isSequence;
    private bool _isShownStill;
    private int _samples;
    private bool _hasDescription;

    // The next box at the top, or -1 if no further box is read.
    private long _boxAt;
    private long _copyEnd;
    private int _copyStart;
    private long _resumeAt;
    private AvifDataLocation _location;

    private enum Phase
    {
        FileType,
        Brands,
        Box,
        EarlyData,
        Child,
        Prefix,
        Copy,
        LastByte,
        Samples,
        Data,
    }

    public override void Release() => _description.Release();

    protected override void Start()
    {
        _description.Clear();
        _locations.Clear();
        (_depth, _isSequence, _hasDescription, _boxAt, _samples) = (0, false, false, 0, 0);
        GoTo(Phase.FileType, 0, LargeBoxHeaderSize, FileType);
    }

    protected override void Step(ReadOnlySpan<byte> window)
    {
        switch (_phase)
        {
            case Phase.FileType:
                // Compatible brands may come after a short head.
                GoTo(Phase.Brands, 0, Math.Max(LargeBoxHeaderSize, (int)Math.Min(BinaryPrimitives.ReadUInt32BigEndian(window), AvifFormat.MaxFtypSize)), FileType);
                break;
            case Phase.Brands:
                ReadBrands(window);
                break;
            case Phase.Box:
                ReadTopBox(window);
                break;
            case Phase.EarlyData:
                ReadEarlyData(window);
                break;
            case Phase.Child:
                ReadChild(window);
                break;
            case Phase.Prefix:
                _description.Append(window[.._levels[_depth - 1].Prefix]);
                GoToChild(Position + _levels[_depth - 1].Prefix);
                break;
            case Phase.Copy:
                Copy(window);
                break;
            case Phase.LastByte:
                EndDescription(_resumeAt);
                break;
            case Phase.Samples:
                ReadSamples(window);
                break;
            default:
                ReadData(window);
                break;
        }
    }

    protected override void Ended(ReadOnlySpan<byte> rest)
    {
        // The length of data that reach to the end of the content is known only now.
        long start = Position;
        _location = _location with { Length = Math.Min(_location.Length, ContentEnd - _location.Offset) };
        while (_phase == Phase.Data && !IsFinished && Position - start < rest.Length)
        {
            ReadData(rest[(int)(Position - start)..]);
        }

        // The length of a box that reaches to the end of the content is known only now.
        while (_phase == Phase.Child && _depth > 0 && Position == ContentEnd && _levels[_depth - 1].IsOpen)
        {
            CloseLevel();
        }

        if (_phase == Phase.Child && _depth == 0)
        {
            EndDescription(ContentEnd);
        }
    }

    protected override string CodeText(uint code) => FourCc.ToText(code);

    private void GoTo(Phase phase, long position, int need, string part)
    {
        _phase = phase;
        Next(position, need, part);
    }

    private void ReadBrands(ReadOnlySpan<byte> window)
    {
        _isSequence = AvifFormat.HasBrand(window, Avis);
        _isShownStill = !_isSequence || BinaryPrimitives.ReadUInt32BigEndian(window[BoxHeaderSize..]) == Avif;
        if (_isSequence || AvifFormat.HasBrand(window, Avif))
        {
            GoTo(Phase.Box, 0, BoxHeaderSize, BeforeDescription);
        }
        else
        {
            Refuse("the file type box (ftyp) names neither brand avif nor avis");
        }
    }

    private void GoToBox(long position)
    {
        _boxAt = position;
        if (!IsComplete && position == ContentEnd)
        {
            Refuse("it has no image description (meta)");
        }
        else
        {
            GoTo(Phase.Box, position, BoxHeaderSize, BeforeDescription);
        }
    }

    private void ReadTopBox(ReadOnlySpan<byte> window)
    {
        if (!TryReadBox(window, ContentEnd, out Box box))
        {
            return;
        }

        bool isDescription = box.Type == Meta && !_hasDescription;
        if (box.IsBroken)
        {
            EndBoxes(box);
        }
        else if (isDescription || (box.Type == Moov && _isSequence))
        {
            _description.Clear();
            _hasDescription |= isDescription;

            // The last child may be skipped without reading its bytes, so a claim checks at the end that the bytes
            // exist.
            if (box.IsOpen || IsComplete || TryClaim(box.End, "box", box.Type, Position))
            {
                OpenLevel(box, isDescription ? 4 : 0, Position);
            }
        }
        else if (box.IsOpen)
        {
            RefuseOrFinish("it has no image description (meta)");
        }
        else if (box.Type == Mdat && !IsComplete && box.End - box.Body > 0)
        {
            _resumeAt = box.End;
            GoTo(Phase.EarlyData, box.Body, (int)Math.Min(box.End - box.Body, Av1Obu.MaxHead), BeforeDescription);
        }
        else
        {
            GoToNext(box.End);
        }
    }

    /// <summary>Handles a broken box at the top, after which no other box can be found.</summary>
    private void EndBoxes(Box box)
    {
        if (IsComplete && box.Type != Moov)
        {
            GoToNext(-1); // a decoder may still find the data
            return;
        }

        RefuseOrFinish(box.IsTooShort
            ? $"box {FourCc.ToText(box.Type)} at byte {Position} has the impossible size {box.Size}"
            : $"the content is cut off: box {FourCc.ToText(box.Type)} at byte {Position} has {box.Size} bytes, and the content ends at byte {ContentEnd}");
    }

    private void RefuseOrFinish(string reason)
    {
        if (IsComplete)
        {
            Finish();
        }
        else
        {
            Refuse(reason);
        }
    }

    /// <summary>Reads the first unit of data before their description.</summary>
    private void ReadEarlyData(ReadOnlySpan<byte> window)
    {
        long rest = _resumeAt - Position;
        ReadOnlySpan<byte> data = window[..(int)Math.Min(window.Length, Math.Min(rest, Av1Obu.MaxHead))];
        Av1Obu.TryRead(data, rest, out _, out ImageHeader? dimensions);
        Allocates(dimensions ?? default);
        _locations.RecordInspected(Position);
        GoToBox(_resumeAt);
    }

    /// <summary>Reads a description after its last box was kept.</summary>
    private void EndDescription(long end)
    {
        var boxes = new IsoBoxes(_description.Bytes);
        boxes.MoveNext();
        if (boxes.Type == Moov)
        {
            Take(AvifSequence.Read(boxes.Body, _locations), end);
        }
        else if (_isSequence && !AvifItems.HasPrimary(boxes.Body))
        {
            // The meta box of a sequence may describe no still image.
            GoToBox(end);
        }
        else
        {
            Take(AvifItems.Read(boxes.Body, ContentEnd, _locations), end);
        }
    }

    private void Take(ImageHeaderResult result, long end)
    {
        if (result.State != ImageHeaderState.Complete)
        {
            RefuseOrFinish(result.Reason);
        }
        else if (_locations.DataEnd == 0 || TryClaim(_locations.DataEnd, "the data of an item", 0, -1))
        {
            Complete(result.Header);
            Allocates(result.Largest);
            if (_locations.SortByPosition(end) is { } reason)
            {
                RefuseVariant(reason);
                return;
            }

            Orientation ??= result.Orientation;
            if (_levels[0].Type == Meta)
            {
                // No box is read after the description of a still image.
                SetFrameCount(_isShownStill ? 1 : 0);
                GoToNext(_isSequence ? end : -1);
            }
            else if (FrameCount is null && result.FrameCount is { } count)
            {
                _samples = count;
                FindSamples(end);
            }
            else
            {
                GoToNext(-1);
            }
        }
    }

    /// <summary>
    /// Finds the box with the samples among the boxes after the tracks, from the box at a position on. No other box is
    /// read there.
    /// </summary>
    private void FindSamples(long position)
    {
        if (_locations.HasNext && _locations.First >= position + BoxHeaderSize)
        {
            GoTo(Phase.Samples, position, BoxHeaderSize, Description);
        }
        else
        {
            // The samples come before the tracks, or in no box.
            SetFrameCount(_samples, _locations.HasNext ? _locations.First + 1 : 0);
            GoToNext(-1);
        }
    }

    private void ReadSamples(ReadOnlySpan<byte> window)
    {
        if (!TryReadBox(window, ContentEnd, out Box box))
        {
            return;
        }

        // Whether a box without a size is complete is not known. The end of the content may not be known either, so it does
        // not count here.
        bool isBounded = !box.IsTooShort && box.Size > 0;
        long end = Position + (long)Math.Min(box.Size, long.MaxValue / 2);
        if (isBounded && box.Type != Mdat)
        {
            FindSamples(end);
            return;
        }

        SetFrameCount(isBounded ? _samples : 0, end);
        GoToNext(-1);
    }

    /// <summary>Goes to the next data of an item, or to the next box at the top, whichever comes first.</summary>
    private void GoToNext(long boxAt)
    {
        _boxAt = boxAt;
        long limit = boxAt < 0 ? ContentEnd : Math.Min(boxAt, ContentEnd);
        if (_locations.TryTake(limit, out AvifDataLocation location))
        {
            _location = location with { Length = Math.Min(location.Length, limit - location.Offset) };
            GoTo(Phase.Data, location.Offset, DataNeed(location.Offset), Description);
        }
        else if (boxAt < 0)
        {
            Finish();
        }
        else
        {
            GoToBox(boxAt);
        }
    }

    private int DataNeed(long position) => (int)Math.Min(_location.Offset + _location.Length - position, Av1Obu.MaxHead);

    /// <summary>Reads one unit of AV1 data, or the canvas of a derived image.</summary>
    private void ReadData(ReadOnlySpan<byte> window)
    {
        long rest = _location.Offset + _location.Length - Position;
        ReadOnlySpan<byte> data = window[..(int)Math.Min(window.Length, Math.Min(rest, Av1Obu.MaxHead))];
        if (_location.Kind != AvifDataKind.Units)
        {
            Allocates(AvifItems.ReadCanvas(data, _location.Kind) ?? default);
            GoToNext(_boxAt);
            return;
        }

        bool isUnit = Av1Obu.TryRead(data, rest, out long length, out ImageHeader? dimensions);
        Allocates(dimensions ?? default);
        if (isUnit && length < rest)
        {
            GoTo(Phase.Data, Position + length, DataNeed(Position + length), Description);
        }
        else
        {
            GoToNext(_boxAt);
        }
    }
}
