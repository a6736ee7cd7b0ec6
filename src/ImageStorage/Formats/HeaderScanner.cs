using ImageStorage.Providers;

namespace ImageStorage.Formats;

/// <summary>
/// Reads the header of one image from bytes that arrive in pieces of any length, in constant memory. The scanner walks
/// the structure of the format in steps: each step names the position of the next bytes, and the scanner skips to that
/// position without reading the bytes between. The split of the content into pieces never changes the result.
/// </summary>
/// <remarks>
/// The header may be known (<see cref="ImageHeaderState.Complete"/>) before the scanner is finished: later frames of an
/// animation may be refused or raise <see cref="ImageHeaderResult.Largest"/>. Not thread-safe.
/// </remarks>
internal abstract class HeaderScanner
{
    /// <summary>The maximum number of bytes that one step may need.</summary>
    protected const int MaxStep = 256;

    // Larger than any content, and small enough to add a 32-bit length without overflow.
    private const long UnknownEnd = long.MaxValue / 2;

    private readonly byte[] _carry = new byte[MaxStep];
    private int _carried;
    private int _need;
    private string _part = string.Empty;
    private long _fed;
    private (long End, string What, uint Code, long At) _claim;
    private ImageHeader _header;
    private ImageHeader _largest;
    private (int Count, long End) _frames;
    private string? _reason;
    private ImageHeaderState _state;

    /// <summary>Gets a value that indicates whether the result is final. Further bytes are ignored.</summary>
    public bool IsFinished { get; private set; }

    /// <summary>Gets the result of the bytes so far.</summary>
    public ImageHeaderResult Result => _state switch
    {
        ImageHeaderState.Complete => ImageHeaderResult.Complete(_header, _largest) with { Orientation = Orientation, FrameCount = FrameCount },
        ImageHeaderState.NeedMore => ImageHeaderResult.NeedMore(Math.Max(Position + _need, _fed + 1)),
        ImageHeaderState.Unsupported => ImageHeaderResult.Unsupported(_reason!),
        _ => ImageHeaderResult.Invalid(_reason!),
    };

    /// <summary>Gets the end of the content; larger than any content while the end is unknown.</summary>
    protected long ContentEnd { get; private set; }

    /// <summary>Gets a value that indicates whether <see cref="ContentEnd"/> is known.</summary>
    protected bool IsEndKnown => ContentEnd != UnknownEnd;

    /// <summary>Gets the position of the first byte of the next step in the content.</summary>
    protected long Position { get; private set; }

    /// <summary>Gets a value that indicates whether the header is known.</summary>
    protected bool IsComplete => _state == ImageHeaderState.Complete;

    /// <summary>Gets or sets the orientation that the image states, or null.</summary>
    protected ImageOrientation? Orientation { get; set; }

    /// <summary>Gets the number of frames, or null while the number is not certain.</summary>
    protected int? FrameCount => _frames.Count > 0 && (_frames.End == 0 || (IsEndKnown && _frames.End <= ContentEnd)) ? _frames.Count : null;

    /// <summary>Begins a new content.</summary>
    /// <param name="contentEnd">The length of the content, or null if the length is unknown.</param>
    public void Begin(long? contentEnd)
    {
        ContentEnd = Math.Clamp(contentEnd ?? UnknownEnd, 0, UnknownEnd);
        (Position, _fed, _carried, IsFinished) = (0, 0, 0, false);
        (_state, _header, _largest, _reason, _claim) = (ImageHeaderState.NeedMore, default, default, null, default);
        (Orientation, _frames) = (null, default);
        Start();
    }

    /// <summary>Reads the next bytes of the content.</summary>
    public void Feed(ReadOnlySpan<byte> piece)
    {
        while (!IsFinished)
        {
            if (_carried > 0)
            {
                if (!TryStepOverCarry(ref piece))
                {
                    return;
                }

                continue;
            }

            long gap = Position - _fed;
            if (gap >= piece.Length)
            {
                _fed += piece.Length;
                return;
            }

            piece = piece[(int)gap..];
            _fed = Position;
            if (piece.Length < _need)
            {
                piece.CopyTo(_carry);
                _carried = piece.Length;
                _fed += piece.Length;
                return;
            }

            Step(piece);
        }
    }

    /// <summary>Ends the scan after all bytes were fed.</summary>
    /// <param name="length">The length of the content.</param>
    public void End(long length)
    {
        ContentEnd = length;
        if (!IsFinished)
        {
            Ended(_carry.AsSpan(0, _carried));
        }

        if (!IsFinished && !IsComplete)
        {
            RefuseCutOff(_part);
        }

        if (IsComplete && _claim.End > length)
        {
            Refuse(BeyondEnd(_claim));
        }

        IsFinished = true;
    }

    /// <summary>Releases the buffers of a content, so that the scanner can be used for another content.</summary>
    public virtual void Release()
    {
    }

    /// <summary>Resets the state of the format and calls <see cref="Next"/> for the first step.</summary>
    protected abstract void Start();

    /// <summary>
    /// Reads the bytes from <see cref="Position"/> on, at least as many as the step needs, and calls <see cref="Next"/>
    /// or finishes. A step either moves the position or needs more bytes than before.
    /// </summary>
    protected abstract void Step(ReadOnlySpan<byte> window);

    /// <summary>Handles the end of the content before the scanner has finished.</summary>
    /// <param name="rest">The bytes from <see cref="Position"/> on, fewer than the step needs.</param>
    protected virtual void Ended(ReadOnlySpan<byte> rest)
    {
    }

    /// <summary>Returns the code of a part as text for messages.</summary>
    protected abstract string CodeText(uint code);

    /// <summary>Goes to the next step.</summary>
    /// <param name="position">The position of its first byte.</param>
    /// <param name="need">The number of bytes that it needs, 1 to <see cref="MaxStep"/>.</param>
    /// <param name="part">
    /// The name of the part that the bytes belong to, for the message if the bytes are missing.
    /// </param>
    protected void Next(long position, int need, string part)
    {
        (Position, _need, _part) = (position, need, part);
        if (position + need <= ContentEnd)
        {
            return;
        }

        if (IsComplete)
        {
            // Content after the first pixels may be cut off: decoders show the rest.
            Finish();
            return;
        }

        RefuseCutOff(part);
    }

    /// <summary>
    /// Records the end of a part. Refuses and returns false if the part reaches beyond the end of the content.
    /// </summary>
    protected bool TryClaim(long end, string what, uint code, long at)
    {
        if (end > ContentEnd)
        {
            Refuse(BeyondEnd((end, what, code, at)));
            return false;
        }

        if (end > _claim.End)
        {
            _claim = (end, what, code, at);
        }

        return true;
    }

    /// <summary>Records the dimensions of the image.</summary>
    protected void Complete(ImageHeader header)
    {
        if (_state == ImageHeaderState.NeedMore)
        {
            (_state, _header) = (ImageHeaderState.Complete, header);
        }

        Allocates(header);
    }

    /// <summary>Records the area that a decoder may allocate for a frame or an item.</summary>
    protected void Allocates(ImageHeader frame)
    {
        if (frame.PixelCount > _largest.PixelCount)
        {
            _largest = frame;
        }
    }

    /// <summary>Records the number of frames.</summary>
    /// <param name="count">The number; 0 if the number is not known.</param>
    /// <param name="end">
    /// The position that the content must reach for the number to be certain; 0 if the number is certain.
    /// </param>
    protected void SetFrameCount(int count, long end = 0) => _frames = (count, end);

    /// <summary>Ends the scan; the header must be known.</summary>
    protected void Finish() => IsFinished = true;

    /// <summary>Ends the scan: the bytes are not a sound image.</summary>
    protected void Refuse(string reason) => End(ImageHeaderState.Invalid, reason);

    /// <summary>Ends the scan: the image is of a variant that is not accepted.</summary>
    protected void RefuseVariant(string reason) => End(ImageHeaderState.Unsupported, reason);

    private void End(ImageHeaderState state, string reason) => (_state, _reason, IsFinished) = (state, reason, true);

    private void RefuseCutOff(string part) => Refuse($"the content is cut off: it ends at byte {ContentEnd}, before the end of {part}");

    private string BeyondEnd((long End, string What, uint Code, long At) claim) => claim.At < 0
        ? $"the content is cut off: {claim.What} reaches to byte {claim.End}, and the content ends at byte {ContentEnd}"
        : $"the content is cut off: {claim.What} {CodeText(claim.Code)} at byte {claim.At} reaches to byte {claim.End}, and the content ends at byte {ContentEnd}";

    /// <summary>
    /// Completes the bytes of a step that arrived in several pieces. Returns false if more bytes are needed.
    /// </summary>
    private bool TryStepOverCarry(ref ReadOnlySpan<byte> piece)
    {
        int taken = Math.Clamp(_need - _carried, 0, piece.Length);
        piece[..taken].CopyTo(_carry.AsSpan(_carried));
        piece = piece[taken..];
        (_carried, _fed) = (_carried + taken, _fed + taken);
        if (_carried < _need)
        {
            return false;
        }

        long start = Position;
        Step(_carry.AsSpan(0, _carried));
        long moved = Math.Min(Position - start, _carried);
        _carry.AsSpan((int)moved, _carried - (int)moved).CopyTo(_carry);
        _carried -= (int)moved;
        return true;
    }
}
