using System.Collections.Immutable;
using System.ComponentModel;
using System.Text.Json.Serialization;

namespace ImageStorage;

/// <summary>
/// All that a store knows of one version of an image, except its bytes. Bytes and info are committed together. Immutable; JSON that
/// <c>System.Text.Json</c> writes is read as an equal record.
/// </summary>
[ImmutableObject(true)]
public sealed record ImageInfo
{
    /// <summary>The name of the image in its store.</summary>
    public required ImageKey Key { get; init; }

    /// <summary>The media type, found in the bytes, such as <c>image/jpeg</c>.</summary>
    public required string ContentType { get; init; }

    /// <summary>The number of bytes of the image.</summary>
    public required long Length { get; init; }

    /// <summary>The width in pixels that the header declares, before any orientation is applied.</summary>
    public required int Width { get; init; }

    /// <summary>The height in pixels that the header declares, before any orientation is applied.</summary>
    public required int Height { get; init; }

    /// <summary>
    /// The SHA-256 of the bytes: the identity of the content. Null when the image was saved with
    /// <see cref="ContentIdentity.XxHash128"/>.
    /// </summary>
    public Sha256Digest? Sha256 { get; init; }

    /// <summary>The XXH128 of the bytes (seed 0, big-endian canonical form as a number), against accidents, not against intent.</summary>
    [JsonConverter(typeof(XxHash128JsonConverter))]
    public required UInt128 XxHash128 { get; init; }

    /// <summary>When the key was first saved. An overwrite keeps it.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When this version was written, by a save or an update.</summary>
    public required DateTimeOffset ModifiedAt { get; init; }

    /// <summary>The version: changes with every change of bytes or metadata.</summary>
    public required ImageETag ETag { get; init; }

    /// <summary>The name of the file that the image came from, for downloads; never used as a path.</summary>
    public string? FileName { get; init; }

    /// <summary>The application's own names and values, ordinal.</summary>
    [JsonConverter(typeof(MetadataJsonConverter))]
    public ImmutableSortedDictionary<string, string> Metadata { get; init; } = MetadataDictionary.Empty;

    /// <summary>The application's labels, distinct, in ordinal order.</summary>
    public ImmutableArray<string> Tags { get; init; } = [];

    /// <summary>
    /// What was done to the bytes before they were stored (compression, encryption, storage elsewhere), or null when nothing was. Reading an image throws
    /// <see cref="StorageNotSupportedException"/> where no layer of the store undoes its encoding.
    /// </summary>
    public ImageEncoding? Encoding { get; init; }

    /// <summary>Length and hashes of the bytes.</summary>
    [JsonIgnore]
    public ContentDigest Digest => new(Length, XxHash128, Sha256);

    /// <summary>Equality by value, metadata and tags included.</summary>
    public bool Equals(ImageInfo? other) =>
        ReferenceEquals(this, other)
        || (other is not null
            && Key == other.Key && ETag == other.ETag && ContentType == other.ContentType && Length == other.Length
            && Width == other.Width && Height == other.Height && Sha256 == other.Sha256 && XxHash128 == other.XxHash128
            && CreatedAt == other.CreatedAt && ModifiedAt == other.ModifiedAt && FileName == other.FileName && Encoding == other.Encoding
            && Tags.AsSpan().SequenceEqual(other.Tags.AsSpan()) && Metadata.SequenceEqual(other.Metadata));

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Key, ETag, XxHash128, ModifiedAt);

    /// <summary>Returns the members as text.</summary>
    public override string ToString() => RecordText.Of(
        nameof(ImageInfo),
        (nameof(Key), Key), (nameof(ContentType), ContentType), (nameof(Length), Length),
        (nameof(Width), Width), (nameof(Height), Height), (nameof(Sha256), Sha256),
        (nameof(XxHash128), XxHash128), (nameof(CreatedAt), CreatedAt), (nameof(ModifiedAt), ModifiedAt),
        (nameof(ETag), ETag), (nameof(FileName), FileName), (nameof(Metadata), Metadata),
        (nameof(Tags), Tags), (nameof(Encoding), Encoding));
}
