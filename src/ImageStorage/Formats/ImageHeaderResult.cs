using System.Diagnostics;

namespace ImageStorage.Providers;

/// <summary>
/// The result of <see cref="ImageFormat.ReadHeader"/>: a header, the need for more bytes, or a refusal with its reason.
/// The default value is a refusal, so that a forgotten result never accepts an image.
/// </summary>
[DebuggerDisplay("{ToString(),nq}")]
public readonly struct ImageHeaderResult : IEquatable<ImageHeaderResult>
{
    private readonly ImageHeader _header;
    private readonly ImageHeader _largest;
    private readonly long _requiredLength;
    private readonly string? _reason;

    private ImageHeaderResult(ImageHeaderState state, ImageHeader header, ImageHeader largest, long requiredLength, string? reason)
    {
        State = state;
        _header = header;
        _largest = largest;
        _requiredLength = requiredLength;
        _reason = reason;
    }

    /// <summary>Gets the kind of result.</summary>
    public ImageHeaderState State { get; }

    /// <summary>
    /// Gets the header, or the default value unless <see cref="State"/> is <see cref="ImageHeaderState.Complete"/>.
    /// </summary>
    public ImageHeader Header => _header;

    /// <summary>
    /// Gets the largest area that a decoder may allocate for the image, a frame or an item, according to the bytes so
    /// far; at least the area of <see cref="Header"/>. A limit on pixels applies to this area.
    /// </summary>
    public ImageHeader Largest => _largest;

    /// <summary>
    /// Gets the orientation that the image states (EXIF, or <c>irot</c> and <c>imir</c> of AVIF), as far as the bytes
    /// have shown; null if none is known. A value other than those of <see cref="ImageOrientation"/> counts as none.
    /// </summary>
    public ImageOrientation? Orientation
    {
        get;
        init => field = value is >= ImageOrientation.TopLeft and <= ImageOrientation.LeftBottom ? value : null;
    }

    /// <summary>
    /// Gets the number of frames, 1 for a still image; null while the bytes have not shown the number for certain. A
    /// value less than 1 counts as null.
    /// </summary>
    public int? FrameCount
    {
        get;
        init => field = value is >= 1 ? value : null;
    }

    /// <summary>
    /// Gets the minimum length of the head for the next call, from the start of the content; longer than the head of
    /// this call. 0 unless <see cref="State"/> is <see cref="ImageHeaderState.NeedMore"/>.
    /// </summary>
    /// <remarks>
    /// A header may be a chain of thousands of small parts that need a few bytes each, and every call starts from the
    /// first byte. A caller should therefore grow the head to this length or to twice its length, whichever is larger.
    /// </remarks>
    public long RequiredLength => _requiredLength;

    /// <summary>
    /// Gets the reason of a refusal, as a clause that may follow a colon ("the checksum of IHDR is wrong"); empty
    /// unless <see cref="State"/> is <see cref="ImageHeaderState.Invalid"/> or
    /// <see cref="ImageHeaderState.Unsupported"/>.
    /// </summary>
    public string Reason => State is ImageHeaderState.Invalid or ImageHeaderState.Unsupported ? _reason ?? "it was not read" : string.Empty;

    /// <summary>Creates the result for a sound header.</summary>
    public static ImageHeaderResult Complete(ImageHeader header) => Complete(header, header);

    /// <summary>Creates the result for a sound header of an image with a larger frame or item.</summary>
    /// <param name="header">The dimensions of the image.</param>
    /// <param name="largest">
    /// The largest area that a decoder may allocate; ignored if it has fewer pixels than <paramref name="header"/>.
    /// </param>
    public static ImageHeaderResult Complete(ImageHeader header, ImageHeader largest) =>
        new(ImageHeaderState.Complete, header, largest.PixelCount > header.PixelCount ? largest : header, 0, null);

    /// <summary>Creates the result for a sound header.</summary>
    public static ImageHeaderResult Complete(int width, int height) => Complete(new ImageHeader(width, height));

    /// <summary>Creates the result for a header that continues after the head.</summary>
    /// <param name="requiredLength">The minimum number of bytes from the start of the content that are needed.</param>
    public static ImageHeaderResult NeedMore(long requiredLength) => new(ImageHeaderState.NeedMore, default, default, requiredLength, null);

    /// <summary>Creates the result for bytes that are not a sound image.</summary>
    /// <param name="reason">A clause in lower case without a full stop.</param>
    public static ImageHeaderResult Invalid(string reason) => new(ImageHeaderState.Invalid, default, default, 0, reason);

    /// <summary>Creates the result for a variant of a format that is not accepted.</summary>
    /// <param name="reason">A clause in lower case without a full stop that names the variant.</param>
    public static ImageHeaderResult Unsupported(string reason) => new(ImageHeaderState.Unsupported, default, default, 0, reason);

    /// <inheritdoc/>
    public bool Equals(ImageHeaderResult other) =>
        State == other.State && _header == other._header && _largest == other._largest && Orientation == other.Orientation && FrameCount == other.FrameCount
        && _requiredLength == other._requiredLength && Reason == other.Reason;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is ImageHeaderResult other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(State, _header, _largest, Orientation, FrameCount, _requiredLength, Reason);

    /// <summary>Returns whether both results are equal.</summary>
    public static bool operator ==(ImageHeaderResult left, ImageHeaderResult right) => left.Equals(right);

    /// <summary>Returns whether the results differ.</summary>
    public static bool operator !=(ImageHeaderResult left, ImageHeaderResult right) => !left.Equals(right);

    /// <summary>Returns the result as text, for logs and test failures.</summary>
    public override string ToString() => State switch
    {
        ImageHeaderState.Complete => $"Complete({_header.Width}x{_header.Height}{FactsText()})",
        ImageHeaderState.NeedMore => $"NeedMore({_requiredLength})",
        ImageHeaderState.Unsupported => $"Unsupported({Reason})",
        _ => $"Invalid({Reason})",
    };

    private string FactsText() =>
        (Orientation is { } orientation ? $", {orientation}" : string.Empty) + (FrameCount is { } count ? $", frames: {count}" : string.Empty);
}
