using ImageStorage.Content;
using ImageStorage.Errors;
using ImageStorage.Listing;
using ImageStorage.Providers;
using ImageStorage.Validation;

namespace ImageStorage.Management;

/// <summary>
/// The store that applications hold: validates what comes in, hashes it as it streams, and hands it to the provider.
/// Thin on purpose; everything that can be a layer around the provider is one.
/// </summary>
public sealed partial class ImageStorageManager : IImageStorage, IAsyncDisposable, IDisposable
{
    private readonly IImageProvider _provider;
    private readonly ImageStorageOptions _options;
    private readonly TimeProvider _timeProvider;
    private readonly ContentValidator _validator;
    private readonly long _maxLength;

    /// <summary>Makes a store over a provider, which it owns from now on.</summary>
    /// <param name="provider">The provider, with its layers around it.</param>
    /// <param name="options">How the store works; null for the defaults.</param>
    /// <param name="timeProvider">The clock of clean-ups; null for the system's.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">The options are not acceptable.</exception>
    public ImageStorageManager(IImageProvider provider, ImageStorageOptions? options = null, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(provider);
        _provider = provider;
        _options = options ?? new ImageStorageOptions();
        ImageStorageOptionsValidator.ThrowIfInvalid(_options);
        _timeProvider = timeProvider ?? TimeProvider.System;
        _validator = new ContentValidator(_options.Validation);
        _maxLength = Math.Min(_options.Validation.MaxLength, provider.Capabilities.MaxContentLength ?? long.MaxValue);
        Capabilities = new StorageCapabilities
        {
            MaxLength = _maxLength,
            MaxPixels = _options.Validation.MaxPixels,
            ContentTypes = [.. _validator.ContentTypes],
            Provider = provider.Capabilities,
        };
    }

    /// <inheritdoc/>
    public StorageCapabilities Capabilities { get; }

    /// <inheritdoc/>
    public async Task<ImageInfo> SaveAsync(ImageKey key, Stream content, SaveOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(content);
        cancellationToken.ThrowIfCancellationRequested();
        _ = key.Value;
        options ??= SaveOptions.Default;
        if (options.ContentLength < 0)
        {
            throw new ImageValidationException($"The declared length of image '{key}' is {options.ContentLength}; declare 0 or more, or nothing.") { Key = key };
        }

        var (fileName, metadata, tags) = TextRules.Check(key, options.FileName, options.Metadata, options.Tags, _provider.Capabilities.MaxMetadataBytes);
        var source = new SourceContent(key, content, options.ContentLength, _maxLength, _options.Identity);
        try
        {
            var (format, header) = await _validator.ValidateAsync(key, source, options.ContentType, cancellationToken).ConfigureAwait(false);
            return await _provider.PutAsync(
                new PutRequest
                {
                    Key = key,
                    Content = source,
                    ContentType = format.ContentType,
                    Width = header.Width,
                    Height = header.Height,
                    FileName = fileName,
                    Metadata = metadata,
                    Tags = tags,
                    Precondition = options.Precondition,
                    CreatedAt = options.CreatedAt,
                },
                cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await source.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public Task<StoredImage?> GetAsync(ImageKey key, GetOptions? options = null, CancellationToken cancellationToken = default)
    {
        _ = key.Value;
        return cancellationToken.IsCancellationRequested ? Task.FromCanceled<StoredImage?>(cancellationToken) : _provider.OpenReadAsync(key, options, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<ImageInfo?> GetInfoAsync(ImageKey key, CancellationToken cancellationToken = default)
    {
        _ = key.Value;
        return cancellationToken.IsCancellationRequested ? Task.FromCanceled<ImageInfo?>(cancellationToken) : _provider.GetInfoAsync(key, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<ImageInfo> UpdateAsync(ImageKey key, ImageUpdate update, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(update);
        cancellationToken.ThrowIfCancellationRequested();
        _ = key.Value;
        var fileName = update.FileName is { Length: > 0 } name ? name : null;
        var (_, metadata, tags) = TextRules.Check(key, fileName, update.Metadata, update.Tags, _provider.Capabilities.MaxMetadataBytes);

        // What was checked is what is handed on, also when the caller goes on using its collections.
        update = update with { Metadata = update.Metadata is null ? null : metadata, Tags = update.Tags is null ? null : tags };
        return await _provider.UpdateAsync(key, update, cancellationToken).ConfigureAwait(false)
            ?? throw ImageNotFoundException.For(key, _provider.Name);
    }

    /// <inheritdoc/>
    public Task<bool> DeleteAsync(ImageKey key, DeleteOptions? options = null, CancellationToken cancellationToken = default)
    {
        _ = key.Value;
        return cancellationToken.IsCancellationRequested ? Task.FromCanceled<bool>(cancellationToken) : _provider.DeleteAsync(key, options, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<ImagePage> ListAsync(ImageQuery query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        QueryRules.Check(query);
        return cancellationToken.IsCancellationRequested ? Task.FromCanceled<ImagePage>(cancellationToken) : _provider.ListAsync(query, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<StorageUsage> GetUsageAsync(CancellationToken cancellationToken = default) => _provider.GetUsageAsync(cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _provider.DisposeAsync();

    /// <inheritdoc/>
    public void Dispose() => _provider.Dispose();

    /// <summary>The store with its layers, from the outside in.</summary>
    public override string ToString() => $"ImageStorage({_provider})";
}
