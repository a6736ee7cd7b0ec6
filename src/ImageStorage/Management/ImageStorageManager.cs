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
    private readonly TimeProvider _timeProvider;
    private readonly ImageIntake _intake;

    /// <summary>Makes a store over a provider, which it owns from now on.</summary>
    /// <param name="provider">The provider, with its layers around it.</param>
    /// <param name="options">How the store works; null for the defaults.</param>
    /// <param name="timeProvider">The clock of clean-ups; null for the system's.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">The options are not acceptable.</exception>
    public ImageStorageManager(IImageProvider provider, ImageStorageOptions? options = null, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(provider);
        _provider = provider;
        options ??= new ImageStorageOptions();
        ImageStorageOptionsValidator.ThrowIfInvalid(options);
        _timeProvider = timeProvider ?? TimeProvider.System;
        _intake = new ImageIntake(provider.Capabilities, options);
        Capabilities = new StorageCapabilities
        {
            MaxLength = _intake.MaxLength,
            MaxPixels = options.Validation.MaxPixels,
            ContentTypes = _intake.ContentTypes,
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
        return await _intake.TakeAsync(key, content, options ?? SaveOptions.Default, _provider.PutAsync, cancellationToken).ConfigureAwait(false);
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
        update = _intake.Check(key, update);
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
        query = QueryRules.Check(query);
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
