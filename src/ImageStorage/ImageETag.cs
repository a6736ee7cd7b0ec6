using System.Buffers.Binary;
using System.Globalization;
using System.Text.Json.Serialization;

namespace ImageStorage;

/// <summary>
/// Identifies a version of an image. The ETag changes with every change of the bytes or the metadata, and never repeats
/// for the same key. The text is opaque: compare the ETag, store it, or pass it in <see cref="IfMatch"/>.
/// </summary>
[JsonConverter(typeof(ImageETagJsonConverter))]
public readonly record struct ImageETag
{
    private readonly string? _value;

    /// <summary>
    /// Creates an ETag from its text, without quotation marks: 1 to 128 printable ASCII characters except <c>"</c>.
    /// </summary>
    /// <exception cref="ImageValidationException">The text is empty, is too long or has other characters.</exception>
    public ImageETag(string value)
    {
        if (string.IsNullOrEmpty(value) || value.Length > 128 || value.AsSpan().ContainsAnyExceptInRange('!', '~') || value.Contains('"', StringComparison.Ordinal))
        {
            throw new ImageValidationException(ImageValidationKind.InvalidETag, "An ETag has 1 to 128 printable ASCII characters without spaces and quotation marks: pass the ETag that a save or a read returned.");
        }

        _value = value;
    }

    /// <summary>
    /// Returns a new ETag for an image with this content: 64 bits of its hash and 63 random bits. For authors of
    /// providers.
    /// </summary>
    public static ImageETag NewFor(ContentDigest digest)
    {
        Span<byte> sha = stackalloc byte[32];
        digest.Sha256?.CopyTo(sha);
        var identity = digest.Sha256 is null ? (ulong)(digest.XxHash128 >> 64) : BinaryPrimitives.ReadUInt64BigEndian(sha);
        return new ImageETag(string.Create(CultureInfo.InvariantCulture, $"{identity:x16}-{Random.Shared.NextInt64():x16}"));
    }

    /// <summary>Gets the text of the ETag, without quotation marks; empty for <c>default</c>.</summary>
    public string Value => _value ?? string.Empty;

    /// <inheritdoc/>
    public override string ToString() => Value;
}
