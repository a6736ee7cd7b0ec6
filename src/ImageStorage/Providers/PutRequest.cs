using System.Collections.Immutable;

namespace ImageStorage.Providers;

/// <summary>A validated image to store. The header is known, the bytes are still to be read.</summary>
public sealed record PutRequest
{
    /// <summary>Gets the key of the image.</summary>
    public required ImageKey Key { get; init; }

    /// <summary>Gets the bytes, and their digest after the end.</summary>
    public required ImageContent Content { get; init; }

    /// <summary>Gets the content type of the bytes.</summary>
    public required string ContentType { get; init; }

    /// <summary>
    /// Gets the declared width in pixels. Of an image with a long header the width is known only after
    /// <see cref="Content"/> has been read to its end, like the digest: <see cref="ToInfo"/> takes the width at that
    /// time. Copy a request by <c>with</c>, not member by member.
    /// </summary>
    /// <exception cref="InvalidOperationException">The width is not known yet.</exception>
    public required int Width { get => field == 0 && PendingHeader is { } pending ? pending.Header.Width : field; init; }

    /// <summary>Gets the declared height in pixels; known at the same time as <see cref="Width"/>.</summary>
    /// <exception cref="InvalidOperationException">The height is not known yet.</exception>
    public required int Height { get => field == 0 && PendingHeader is { } pending ? pending.Header.Height : field; init; }

    /// <summary>
    /// Gets how the image is to be shown; null if this is not known. Of some images the orientation is known only after
    /// <see cref="Content"/> has been read to its end, and null until then.
    /// </summary>
    public ImageOrientation? Orientation { get => field ?? PendingHeader?.Orientation; init; }

    /// <summary>
    /// Gets the number of frames; null if this is not known. Of animations the number is known only after
    /// <see cref="Content"/> has been read to its end, and null until then.
    /// </summary>
    public int? FrameCount { get => field ?? PendingHeader?.FrameCount; init; }

    /// <summary>
    /// Gets what becomes known while the content is read; null when everything is known already. A value of the request
    /// itself has precedence.
    /// </summary>
    internal PendingHeader? PendingHeader { get; init; }

    /// <inheritdoc cref="ImageInfo.FileName"/>
    public string? FileName { get; init; }

    /// <inheritdoc cref="ImageInfo.Metadata"/>
    public ImmutableSortedDictionary<string, string> Metadata { get; init => field = MetadataDictionary.Of(value); } = MetadataDictionary.Empty;

    /// <inheritdoc cref="ImageInfo.Tags"/>
    public ImmutableArray<string> Tags { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>Gets the properties to record; see <see cref="ImageInfo.Properties"/>.</summary>
    /// <exception cref="ImageValidationException">A name breaks a rule, or the properties are too long together.</exception>
    public ImmutableSortedDictionary<string, string> Properties { get => StoredProperties; init => StoredProperties = PropertyRules.Check(Key, MetadataDictionary.Of(value)); }

    // Properties that are stored already are not checked: a newer version of the library may have other rules.
    private ImmutableSortedDictionary<string, string> StoredProperties { get; init; } = MetadataDictionary.Empty;

    /// <inheritdoc cref="ImageInfo.UnknownFields"/>
    internal ImmutableArray<byte> UnknownFields { get; init; }

    /// <summary>Gets the precondition; null for none.</summary>
    public Precondition? Precondition { get; init; }

    /// <summary>
    /// Gets a value that indicates whether the commit may be attempted only once; the default is <see langword="false"/>. If
    /// the effect of the attempt is unknown, because the answer was lost, the provider, the client of a service and every
    /// layer report a <see cref="StorageUnavailableException"/> instead of a second attempt. An attempt that was refused
    /// may be followed by another one. For a record that refers to content outside of the provider: after the first
    /// attempt, another writer may replace the record and delete the content, so a second attempt would store a record
    /// without content.
    /// </summary>
    public bool CommitsOnce { get; init; }

    /// <summary>Gets the creation time to record; null for the creation time of an overwritten image, or now.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>
    /// Gets the ETag to record; null for a new ETag, which is usual. For copies, which have the ETag of their original,
    /// and for a transaction, which must recognise its own write after a crash. The ETag must belong to exactly these
    /// bytes and this record. Set the ETag only if <see cref="ProviderCapabilities.RetainsVersions"/> is true.
    /// </summary>
    public ImageETag? NewETag { get; init; }

    /// <summary>
    /// Gets the time of modification to record for a copy; null for now. The rule of <see cref="NewETag"/> applies.
    /// </summary>
    public DateTimeOffset? ModifiedAt { get; init; }

    /// <summary>
    /// Gets the name of the encoding of the bytes, as in <see cref="ImageEncoding.Name"/>; null for none. With an
    /// encoding, the content returns the encoded bytes, possibly none, and the digest describes the image. The length
    /// of the encoded bytes is <see cref="ImageContent.Length"/>, or is known at the end of the content: the record
    /// gets the number of bytes that the provider received.
    /// </summary>
    public string? Encoding { get; init; }

    /// <summary>
    /// Gets the callback that the provider calls before the commit; null for none. When the callback runs, all bytes
    /// are received and staged, and no reader sees the new version. When the callback throws, nothing is stored and the
    /// exception passes to the caller.
    /// </summary>
    /// <remarks>
    /// The argument is the record to commit; its times are provisional. The commit can fail after the callback, and a
    /// retry calls the callback again. A write of several images calls all callbacks in the order of the writes, then
    /// commits. A layer takes a <see cref="StorageUnavailableException"/> or a <see cref="StorageCorruptedException"/>
    /// for a failure of the provider; a callback that depends on another store throws an
    /// <see cref="ImageSourceException"/> instead. The callback must not write the same image.
    /// </remarks>
    public Func<ImageInfo, CancellationToken, ValueTask>? BeforeCommit { get; init; }

    /// <summary>
    /// Returns a request for a copy of an image: with everything that its record says about the image, without ETag and
    /// times. Set these, the key and a precondition by <c>with</c>.
    /// </summary>
    /// <param name="info">The record of the image.</param>
    /// <param name="content">The stored bytes of the image.</param>
    public static PutRequest CopyOf(ImageInfo info, ImageContent content)
    {
        ArgumentNullException.ThrowIfNull(info);
        return new PutRequest
        {
            Key = info.Key,
            Content = content,
            ContentType = info.ContentType,
            Width = info.Width,
            Height = info.Height,
            Orientation = info.Orientation,
            FrameCount = info.FrameCount,
            FileName = info.FileName,
            Metadata = info.Metadata,
            Tags = info.Tags,
            StoredProperties = info.Properties,
            UnknownFields = info.UnknownFields,
            Encoding = info.Encoding?.Name,
        };
    }

    /// <summary>
    /// Returns a request for the same bytes under another key: with type, dimensions and encoding, without metadata and
    /// callback.
    /// </summary>
    internal PutRequest ForPart(ImageKey key, ImageContent content) => this with
    {
        Key = key,
        Content = content,
        FileName = null,
        Metadata = MetadataDictionary.Empty,
        Tags = [],
        Properties = MetadataDictionary.Empty,
        UnknownFields = default,
        Precondition = null,
        CreatedAt = null,
        NewETag = null,
        ModifiedAt = null,
        BeforeCommit = null,
    };

    /// <summary>Returns the key; other members may not be known yet.</summary>
    public override string ToString() => $"{nameof(PutRequest)} {{ Key = {Key} }}";

    /// <summary>Returns the record of this request, with the digest of the bytes.</summary>
    /// <param name="digest">The digest of the bytes that were read.</param>
    /// <param name="storedLength">The number of bytes that the provider has received from the content.</param>
    /// <param name="createdAt">The creation time that applies.</param>
    /// <param name="modifiedAt">The time of this write, if the request has no time.</param>
    /// <param name="etag">The new ETag, if the request has no ETag.</param>
    /// <exception cref="ImageValidationException">The bytes contradict the request; see <see cref="CheckLength"/>.</exception>
    public ImageInfo ToInfo(ContentDigest digest, long storedLength, DateTimeOffset createdAt, DateTimeOffset modifiedAt, ImageETag etag)
    {
        CheckLength(digest, storedLength);
        return new ImageInfo
        {
            Key = Key,
            ContentType = ContentType,
            Length = digest.Length,
            Width = Width,
            Height = Height,
            Orientation = Orientation,
            FrameCount = FrameCount,
            Sha256 = digest.Sha256,
            XxHash128 = digest.XxHash128,
            CreatedAt = createdAt,
            ModifiedAt = ModifiedAt ?? modifiedAt,
            ETag = NewETag ?? etag,
            FileName = FileName,
            Metadata = Metadata,
            Tags = Tags,
            Properties = Properties,
            UnknownFields = UnknownFields,
            Encoding = Encoding is { } name ? new ImageEncoding { Name = name, StoredLength = storedLength, OriginalLength = digest.Length } : null,
        };
    }

    /// <summary>
    /// Checks the number of bytes that a provider has received: against <see cref="ImageContent.Length"/> and, without
    /// an encoding, against the digest. <see cref="ToInfo"/> makes the same check; a provider calls this method when
    /// the bytes are staged long before the record is made.
    /// </summary>
    /// <param name="digest">The digest of the bytes that were read.</param>
    /// <param name="storedLength">The number of bytes that the provider has received from the content.</param>
    /// <exception cref="ImageValidationException">
    /// The numbers differ (<see cref="ImageValidationKind.LengthMismatch"/>). A record with a wrong length could never
    /// be read again.
    /// </exception>
    public void CheckLength(ContentDigest digest, long storedLength)
    {
        if (Content.Length is { } announced && announced != storedLength)
        {
            throw Contradiction(Encoding is null
                ? $"its content announced {announced} bytes (ImageContent.Length) and returned {storedLength}. Correct the content or the layer that wraps it"
                : $"the layer that encodes it as '{Encoding}' announced {announced} bytes (ImageContent.Length) and returned {storedLength}. Correct the encoder");
        }

        if (Encoding is null && digest.Length != storedLength)
        {
            throw Contradiction($"its content returned {storedLength} bytes, and its digest describes {digest.Length}. Correct the content; a layer that changes the bytes sets PutRequest.Encoding");
        }
    }

    private ImageValidationException Contradiction(string reason) =>
        new(ImageValidationKind.LengthMismatch, $"Image '{Key}' was not stored: {reason}.") { Key = Key };
}
