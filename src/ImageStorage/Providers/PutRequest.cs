using System.Collections.Immutable;

namespace ImageStorage.Providers;

/// <summary>An image on its way into a provider: validated, its header read, its bytes still streaming.</summary>
public sealed record PutRequest
{
    /// <summary>The key to store under.</summary>
    public required ImageKey Key { get; init; }

    /// <summary>The bytes, and their digest once they have been read to the end.</summary>
    public required ImageContent Content { get; init; }

    /// <summary>The content type found in the bytes.</summary>
    public required string ContentType { get; init; }

    /// <summary>
    /// Gets the declared width in pixels. Of an image with a long header the width is known only after <see cref="Content"/> has been read
    /// to its end, like the digest: <see cref="ToInfo"/> takes the width at that time. Copy a request by <c>with</c>, not member by member.
    /// </summary>
    /// <exception cref="InvalidOperationException">The width is not known yet.</exception>
    public required int Width { get => PendingHeader is { } pending ? pending.Header.Width : field; init; }

    /// <summary>Gets the declared height in pixels; known at the same time as <see cref="Width"/>.</summary>
    /// <exception cref="InvalidOperationException">The height is not known yet.</exception>
    public required int Height { get => PendingHeader is { } pending ? pending.Header.Height : field; init; }

    /// <summary>Gets the header that becomes known while the content is read; null when it is known already.</summary>
    internal PendingHeader? PendingHeader { get; init; }

    /// <inheritdoc cref="ImageInfo.FileName"/>
    public string? FileName { get; init; }

    /// <inheritdoc cref="ImageInfo.Metadata"/>
    public ImmutableSortedDictionary<string, string> Metadata { get; init; } = MetadataDictionary.Empty;

    /// <inheritdoc cref="ImageInfo.Tags"/>
    public ImmutableArray<string> Tags { get; init; } = [];

    /// <summary>What must be true of the stored image; null for an unconditional put.</summary>
    public Precondition? Precondition { get; init; }

    /// <summary>The time of creation to record; null for now or, on an overwrite, what the image had.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>
    /// The version to record; null for one that the provider makes, which is the rule. For copies, which have the version of their original, and for those who must know their own write again
    /// after a crash, such as a transaction. It stands for these very bytes and this very record, or the promise of <see cref="ImageETag"/> is broken.
    /// Heeded where <see cref="ProviderCapabilities.RetainsVersions"/> says so; whoever sets it asks before.
    /// </summary>
    public ImageETag? NewETag { get; init; }

    /// <summary>The time of modification to record, of a copy; null for now. Heeded like <see cref="NewETag"/>.</summary>
    public DateTimeOffset? ModifiedAt { get; init; }

    /// <summary>
    /// What was done to the bytes before, or null when nothing was. With an encoding the content gives the encoded bytes,
    /// <see cref="ImageEncoding.StoredLength"/> of them, which may be none; its digest, and so the record, is that of the image.
    /// </summary>
    public ImageEncoding? Encoding { get; init; }

    /// <summary>A request for the same bytes under another key: with their type, dimensions and encoding, without what an application says of the image.</summary>
    internal PutRequest ForPart(ImageKey key, ImageContent content) => this with
    {
        Key = key,
        Content = content,
        FileName = null,
        Metadata = MetadataDictionary.Empty,
        Tags = [],
        Precondition = null,
        CreatedAt = null,
        NewETag = null,
        ModifiedAt = null,
    };

    /// <summary>The key; the other members may not be known yet.</summary>
    public override string ToString() => $"{nameof(PutRequest)} {{ Key = {Key} }}";

    /// <summary>The record that this request makes, once the digest is known.</summary>
    /// <param name="digest">The digest of the bytes that were read.</param>
    /// <param name="createdAt">The time of creation that applies.</param>
    /// <param name="modifiedAt">The time of this write, unless the request has one.</param>
    /// <param name="etag">The new version, unless the request has one.</param>
    public ImageInfo ToInfo(ContentDigest digest, DateTimeOffset createdAt, DateTimeOffset modifiedAt, ImageETag etag) => new()
    {
        Key = Key,
        ContentType = ContentType,
        Length = digest.Length,
        Width = Width,
        Height = Height,
        Sha256 = digest.Sha256,
        XxHash128 = digest.XxHash128,
        CreatedAt = createdAt,
        ModifiedAt = ModifiedAt ?? modifiedAt,
        ETag = NewETag ?? etag,
        FileName = FileName,
        Metadata = Metadata,
        Tags = Tags,
        Encoding = Encoding,
    };
}
