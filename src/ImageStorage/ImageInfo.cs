using System.Collections.Immutable;
using System.ComponentModel;
using System.Text.Json.Serialization;

namespace ImageStorage;

/// <summary>
/// The record of an image: everything that a store knows about one version, except its bytes. Bytes and record are
/// committed together. Immutable. JSON that <c>System.Text.Json</c> writes is read as an equal record.
/// </summary>
[ImmutableObject(true)]
public sealed record ImageInfo
{
    /// <summary>Gets the key of the image in its store.</summary>
    public required ImageKey Key { get; init; }

    /// <summary>Gets the content type of the bytes, such as <c>image/jpeg</c>.</summary>
    public required string ContentType { get; init; }

    /// <summary>Gets the number of bytes of the image.</summary>
    public required long Length { get; init; }

    /// <summary>Gets the width in pixels that the header declares, before any orientation is applied.</summary>
    public required int Width { get; init; }

    /// <summary>Gets the height in pixels that the header declares, before any orientation is applied.</summary>
    public required int Height { get; init; }

    /// <summary>
    /// Gets how the image is to be shown, from its header; null if the record does not say. <see cref="Width"/> and
    /// <see cref="Height"/> are those before the orientation is applied.
    /// </summary>
    public ImageOrientation? Orientation { get; init; }

    /// <summary>Gets the number of frames: 1 for a still image; null if the record does not say.</summary>
    public int? FrameCount { get; init; }

    /// <summary>
    /// Gets a value indicating whether the image has more than one frame; null if the record does not say.
    /// </summary>
    [JsonIgnore]
    public bool? IsAnimated => FrameCount is { } count ? count > 1 : null;

    /// <summary>
    /// Gets the SHA-256 of the bytes, which identifies the content. Null if the image was saved with
    /// <see cref="ContentIdentity.XxHash128"/>.
    /// </summary>
    public Sha256Digest? Sha256 { get; init; }

    /// <summary>
    /// Gets the XXH128 of the bytes (seed 0, big-endian canonical form as a number), which detects damage, not
    /// deliberate changes.
    /// </summary>
    [JsonConverter(typeof(XxHash128JsonConverter))]
    public required UInt128 XxHash128 { get; init; }

    /// <summary>Gets the time at which the key was first saved. An overwrite keeps this time.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Gets the time at which a save or an update wrote this version.</summary>
    public required DateTimeOffset ModifiedAt { get; init; }

    /// <summary>Gets the ETag of this version. Every change of bytes or metadata changes the ETag.</summary>
    public required ImageETag ETag { get; init; }

    /// <summary>Gets the original file name, for downloads. The library never uses the name as a path.</summary>
    public string? FileName { get; init; }

    /// <summary>Gets the names and values of the application, in ordinal order.</summary>
    [JsonConverter(typeof(MetadataJsonConverter))]
    public ImmutableSortedDictionary<string, string> Metadata { get; init; } = MetadataDictionary.Empty;

    /// <summary>Gets the distinct tags of the application, in ordinal order.</summary>
    public ImmutableArray<string> Tags { get; init; } = [];

    /// <summary>
    /// Gets the names and values that the library records about the image, in ordinal order: names such as
    /// <c>feature.name</c>, at most 1 KiB of UTF-8 together. An update of the metadata keeps them, an overwrite drops
    /// them.
    /// </summary>
    [JsonConverter(typeof(MetadataJsonConverter))]
    public ImmutableSortedDictionary<string, string> Properties { get; init; } = MetadataDictionary.Empty;

    /// <summary>
    /// Gets the change of the bytes before they were stored (compression, encryption, storage elsewhere); null if the bytes
    /// are stored as they are. A read throws <see cref="StorageNotSupportedException"/> if no layer of the store reverses
    /// the encoding.
    /// </summary>
    public ImageEncoding? Encoding { get; init; }

    /// <summary>
    /// Gets the fields of the stored record that a newer version of the library wrote and this version does not know, as
    /// their bytes. Copies and updates keep them, an overwrite drops them. No part of equality, text and JSON.
    /// </summary>
    internal ImmutableArray<byte> UnknownFields { get; init; }

    /// <summary>Returns whether all properties are equal, including metadata and tags.</summary>
    public bool Equals(ImageInfo? other) =>
        ReferenceEquals(this, other)
        || (other is not null
            && Key == other.Key && ETag == other.ETag && ContentType == other.ContentType && Length == other.Length
            && Width == other.Width && Height == other.Height && Sha256 == other.Sha256 && XxHash128 == other.XxHash128
            && CreatedAt == other.CreatedAt && ModifiedAt == other.ModifiedAt && FileName == other.FileName && Encoding == other.Encoding
            && Orientation == other.Orientation && FrameCount == other.FrameCount
            && Tags.AsSpan().SequenceEqual(other.Tags.AsSpan()) && Metadata.SequenceEqual(other.Metadata) && Properties.SequenceEqual(other.Properties));

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Key, ETag, XxHash128, ModifiedAt);

    /// <summary>Returns the members as text.</summary>
    public override string ToString() => RecordText.Of(
        nameof(ImageInfo),
        (nameof(Key), Key), (nameof(ContentType), ContentType), (nameof(Length), Length),
        (nameof(Width), Width), (nameof(Height), Height), (nameof(Orientation), Orientation), (nameof(FrameCount), FrameCount), (nameof(Sha256), Sha256),
        (nameof(XxHash128), XxHash128), (nameof(CreatedAt), CreatedAt), (nameof(ModifiedAt), ModifiedAt),
        (nameof(ETag), ETag), (nameof(FileName), FileName), (nameof(Metadata), Metadata),
        (nameof(Tags), Tags), (nameof(Properties), Properties), (nameof(Encoding), Encoding));
}
