using System.Diagnostics;

namespace ImageStorage.Providers;

/// <summary>
/// The answer of <see cref="ImageFormat.ReadHeader"/>: a header, the need for more bytes, or the reason of a refusal.
/// The default value is a refusal, so that a forgotten answer never lets an image in.
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

    /// <summary>Which of the four answers it is.</summary>
    public ImageHeaderState State { get; }

    /// <summary>The header; the default value unless <see cref="State"/> is <see cref="ImageHeaderState.Complete"/>.</summary>
    public ImageHeader Header => _header;

    /// <summary>
    /// Gets the largest area that a decoder may allocate for the image or for one of its frames and items, as far as the bytes so far
    /// have shown. A limit on pixels applies to this area. At least the area of <see cref="Header"/>.
    /// </summary>
    public ImageHeader Largest => _largest;

    /// <summary>
    /// The least length of the head, counted from the start of the content, with which the next call gets further;
    /// longer than the head just given. 0 unless <see cref="State"/> is <see cref="ImageHeaderState.NeedMore"/>.
    /// </summary>
    /// <remarks>
    /// A header may be a chain of thousands of tiny parts, of which each asks for a few bytes more, and every call starts
    /// from the first byte: a caller grows the head to this length or to the double of what it has, whichever is more.
    /// </remarks>
    public long RequiredLength => _requiredLength;

    /// <summary>
    /// Why the bytes are refused, as a clause that may follow a colon ("the checksum of IHDR is wrong"); empty unless
    /// <see cref="State"/> is <see cref="ImageHeaderState.Invalid"/> or <see cref="ImageHeaderState.Unsupported"/>.
    /// </summary>
    public string Reason => State is ImageHeaderState.Invalid or ImageHeaderState.Unsupported ? _reason ?? "it was not read" : string.Empty;

    /// <summary>The header is sound.</summary>
    public static ImageHeaderResult Complete(ImageHeader header) => Complete(header, header);

    /// <summary>The header is sound, and a frame or an item of the image is larger than the header says.</summary>
    /// <param name="header">The dimensions of the image.</param>
    /// <param name="largest">The largest area that a decoder may allocate; ignored when it has fewer pixels than <paramref name="header"/>.</param>
    public static ImageHeaderResult Complete(ImageHeader header, ImageHeader largest) =>
        new(ImageHeaderState.Complete, header, largest.PixelCount > header.PixelCount ? largest : header, 0, null);

    /// <summary>The header is sound.</summary>
    public static ImageHeaderResult Complete(int width, int height) => Complete(new ImageHeader(width, height));

    /// <summary>The header goes on behind the head: at least <paramref name="requiredLength"/> bytes from the start of the content are needed.</summary>
    public static ImageHeaderResult NeedMore(long requiredLength) => new(ImageHeaderState.NeedMore, default, default, requiredLength, null);

    /// <summary>The bytes are not a sound image; <paramref name="reason"/> is a clause in lower case without a full stop.</summary>
    public static ImageHeaderResult Invalid(string reason) => new(ImageHeaderState.Invalid, default, default, 0, reason);

    /// <summary>
    /// The bytes may be a sound image, of a variant that the library does not accept; <paramref name="reason"/> names the variant and is a
    /// clause in lower case without a full stop.
    /// </summary>
    public static ImageHeaderResult Unsupported(string reason) => new(ImageHeaderState.Unsupported, default, default, 0, reason);

    /// <inheritdoc/>
    public bool Equals(ImageHeaderResult other) =>
        State == other.State && _header == other._header && _largest == other._largest && _requiredLength == other._requiredLength && Reason == other.Reason;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is ImageHeaderResult other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(State, _header, _largest, _requiredLength, Reason);

    /// <summary>Whether both are the same answer.</summary>
    public static bool operator ==(ImageHeaderResult left, ImageHeaderResult right) => left.Equals(right);

    /// <summary>Whether the answers differ.</summary>
    public static bool operator !=(ImageHeaderResult left, ImageHeaderResult right) => !left.Equals(right);

    /// <summary>The answer in words, for logs and test failures.</summary>
    public override string ToString() => State switch
    {
        ImageHeaderState.Complete => $"Complete({_header.Width}x{_header.Height})",
        ImageHeaderState.NeedMore => $"NeedMore({_requiredLength})",
        ImageHeaderState.Unsupported => $"Unsupported({Reason})",
        _ => $"Invalid({Reason})",
    };
}
