using System.Collections.Immutable;
using ImageStorage.Providers;
using ImageStorage.Store.Validation;

namespace ImageStorage.Store;

/// <summary>
/// Prepares an image for a provider: checks its options and first bytes, hashes it while it streams, and creates the
/// <see cref="PutRequest"/>.
/// </summary>
internal sealed class ImageIntake
{
    private readonly ContentIdentity _identity;
    private readonly int _maxMetadataBytes;
    private readonly ContentValidator _validator;

    public ImageIntake(ProviderCapabilities capabilities, ImageStorageOptions options)
    {
        _identity = options.Identity;
        _maxMetadataBytes = capabilities.MaxMetadataBytes;
        _validator = new ContentValidator(options.Validation);
        MaxLength = Math.Min(options.Validation.MaxLength, capabilities.MaxContentLength ?? long.MaxValue);
    }

    public long MaxLength { get; }

    public ImmutableArray<string> ContentTypes => [.. _validator.ContentTypes];

    /// <summary>Returns the stream of a caller as content. <see cref="TakeAsync{T}(ImageKey, IntakeContent, SaveOptions, Func{PutRequest, CancellationToken, Task{T}}, CancellationToken)"/> disposes the content.</summary>
    public IntakeContent Open(ImageKey key, Stream content, SaveOptions options)
    {
        _ = key.Value;
        CheckLength(key, options);
        return content is ReadOnlyMemoryStream memory
            ? new MemoryContent(key, memory.Remaining, options.ContentLength, MaxLength, _identity)
            : new SourceContent(key, content, options.ContentLength, MaxLength, _identity);
    }

    /// <summary>Checks an image and passes the request to <paramref name="store"/>.</summary>
    public async Task<T> TakeAsync<T>(ImageKey key, Stream content, SaveOptions options, Func<PutRequest, CancellationToken, Task<T>> store, CancellationToken cancellationToken) =>
        await TakeAsync(key, Open(key, content, options), options, store, cancellationToken).ConfigureAwait(false);

    /// <inheritdoc cref="TakeAsync{T}(ImageKey, Stream, SaveOptions, Func{PutRequest, CancellationToken, Task{T}}, CancellationToken)"/>
    public async Task<T> TakeAsync<T>(ImageKey key, IntakeContent source, SaveOptions options, Func<PutRequest, CancellationToken, Task<T>> store, CancellationToken cancellationToken)
    {
        try
        {
            var (fileName, metadata, tags) = Check(key, options);
            var (format, result, pending) = await _validator.ValidateAsync(key, source, options.ContentType, cancellationToken).ConfigureAwait(false);
            var request = new PutRequest
            {
                Key = key,
                Content = source,
                ContentType = format.ContentType,
                Width = result.Header.Width,
                Height = result.Header.Height,
                Orientation = result.Orientation,
                FrameCount = result.FrameCount,
                PendingHeader = pending,
                FileName = fileName,
                Metadata = metadata,
                Tags = tags,
                Precondition = options.Precondition,
                CreatedAt = options.CreatedAt,
            };
            return await store(request, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await source.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Checks the options of a save, without the bytes of the image.</summary>
    public (string? FileName, ImmutableSortedDictionary<string, string> Metadata, ImmutableArray<string> Tags) Check(ImageKey key, SaveOptions options)
    {
        _ = key.Value;
        CheckLength(key, options);
        return TextRules.Check(key, options.FileName, options.Metadata, options.Tags, _maxMetadataBytes);
    }

    /// <summary>
    /// Checks an update. Returns the update for the provider, with copies of the collections, which the caller cannot
    /// change afterwards.
    /// </summary>
    public RecordUpdate Check(ImageKey key, ImageUpdate update)
    {
        _ = key.Value;
        var fileName = update.FileName is { Length: > 0 } name ? name : null;
        var (_, metadata, tags) = TextRules.Check(key, fileName, update.Metadata, update.Tags, _maxMetadataBytes);
        return new RecordUpdate
        {
            FileName = update.FileName,
            Metadata = update.Metadata is null ? null : metadata,
            Tags = update.Tags is null ? null : tags,
            Precondition = update.Precondition,
        };
    }

    private static void CheckLength(ImageKey key, SaveOptions options)
    {
        if (options.ContentLength < 0)
        {
            throw new ArgumentOutOfRangeException(nameof(options), options.ContentLength, $"SaveOptions.ContentLength of image '{key}' must be 0 or more, or null.");
        }
    }
}
