using ImageStorage.Diagnostics.Measuring;
using ImageStorage.Providers;
using ImageStorage.Store;
using ImageStorage.Store.Validation;

namespace ImageStorage;

/// <summary>
/// The implementation of <see cref="IImageStorage"/>: validates images, hashes them while they stream, and passes them
/// to the provider. Thread-safe. Everything that can be a layer around the provider is a layer.
/// </summary>
public sealed partial class ImageStorageManager : IImageStorage, IAsyncDisposable, IDisposable
{
    private readonly IImageProvider _provider;
    private readonly TimeProvider _timeProvider;
    private readonly ImageIntake _intake;
    private readonly Func<IImageMover>? _mover;
    private readonly OperationRecorder? _recorder;
    private readonly long _maxPixels;
    private readonly bool _hasCache;
    private readonly UsageTotal _usage;
    private volatile bool _isDisposed;

    /// <summary>Creates a store over a provider.</summary>
    /// <param name="provider">The provider with its layers. The store owns and disposes the provider.</param>
    /// <param name="options">The options of the store; null for the defaults.</param>
    /// <param name="timeProvider">The clock of clean-ups and counts; null for the system clock.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">The options are invalid.</exception>
    public ImageStorageManager(IImageProvider provider, ImageStorageOptions? options = null, TimeProvider? timeProvider = null)
        : this(provider, options, timeProvider, null, null)
    {
    }

    /// <summary>Creates a store that is a part of a container.</summary>
    /// <param name="provider">The provider with its layers.</param>
    /// <param name="options">The options of the store.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="mover">Makes moves as transactions; null for moves by one atomic commit only.</param>
    /// <param name="recorder">Records the operations; null for none.</param>
    internal ImageStorageManager(IImageProvider provider, ImageStorageOptions? options, TimeProvider? timeProvider, Func<IImageMover>? mover, OperationRecorder? recorder)
    {
        ArgumentNullException.ThrowIfNull(provider);
        (_provider, _mover, _recorder) = (provider, mover, recorder);
        options ??= new ImageStorageOptions();
        ImageStorageOptionsValidator.ThrowIfInvalid(options);
        _timeProvider = timeProvider ?? TimeProvider.System;
        _intake = new ImageIntake(provider.Capabilities, options);
        _usage = new UsageTotal(provider.GetUsageAsync, _timeProvider);
        _maxPixels = options.Validation.MaxPixels;
        _hasCache = provider.GetAbility<IImageCache>() is not null;
    }

    /// <inheritdoc/>
    /// <remarks>
    /// Determined at each call: a store with the first available of several providers knows its abilities after the
    /// choice.
    /// </remarks>
    public StorageCapabilities Capabilities
    {
        get
        {
            // A layer that changes the stored bytes hides the ability, though its provider has the capability.
            var signsUrls = _provider.Capabilities.ReadUrls && _provider.GetAbility<IReadUrlProvider>() is not null;
            return new()
            {
                MaxLength = _intake.MaxLength,
                MaxPixels = _maxPixels,
                ContentTypes = _intake.ContentTypes,
                Provider = _provider.Capabilities with { ReadUrls = signsUrls },
                SignedUrls = signsUrls,
                Transactions = TransactionsOf(_provider.GetAbility<IPrimaryRoute>()?.Primary ?? _provider),
                Caching = _hasCache,
            };
        }
    }

    private IImageProvider Provider
    {
        get
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            return _provider;
        }
    }

    /// <inheritdoc/>
    public async Task<ImageInfo> SaveAsync(ImageKey key, Stream content, SaveOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(content);
        cancellationToken.ThrowIfCancellationRequested();
        options ??= SaveOptions.Default;
        if (_recorder is null)
        {
            return await _intake.TakeAsync(key, content, options, Provider.PutAsync, cancellationToken).ConfigureAwait(false);
        }

        using var activity = _recorder.StartActivity(StoreOperation.Save);
        var (started, source) = (_recorder.Clock.GetTimestamp(), default(IntakeContent));
        var outcome = OperationOutcome.Error;
        var length = 0L;
        try
        {
            source = _intake.Open(key, content, options);
            var info = await _intake.TakeAsync(key, source, options, Provider.PutAsync, cancellationToken).ConfigureAwait(false);
            (outcome, length) = (OperationOutcome.Success, info.Length);
            return info;
        }
        catch (Exception exception)
        {
            outcome = OutcomeRules.Of(exception);
            throw;
        }
        finally
        {
            _recorder.Record(StoreOperation.Save, outcome, started, source?.Waited ?? TimeSpan.Zero, length);
            activity?.SetOutcome(outcome);
        }
    }

    /// <inheritdoc/>
    public Task<StoredImage?> GetAsync(ImageKey key, GetOptions? options = null, CancellationToken cancellationToken = default)
    {
        _ = key.Value;
        Check(options);
        return cancellationToken.IsCancellationRequested ? Task.FromCanceled<StoredImage?>(cancellationToken) : _recorder.MeasureAsync(
            StoreOperation.Get, (Store: this, key, options, cancellationToken), static call => call.Store.OpenAsync(call.key, call.options, call.cancellationToken));
    }

    /// <inheritdoc/>
    public Task<ImageInfo?> GetInfoAsync(ImageKey key, CancellationToken cancellationToken = default)
    {
        _ = key.Value;
        return cancellationToken.IsCancellationRequested ? Task.FromCanceled<ImageInfo?>(cancellationToken) : _recorder.MeasureAsync(
            StoreOperation.GetInfo, (Provider, key, cancellationToken), static call => call.Provider.GetInfoAsync(call.key, call.cancellationToken));
    }

    /// <inheritdoc/>
    public async Task<ImageInfo> UpdateAsync(ImageKey key, ImageUpdate update, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(update);
        cancellationToken.ThrowIfCancellationRequested();
        return await _recorder.MeasureAsync(
            StoreOperation.Update, (Store: this, key, update, cancellationToken), static call => call.Store.WriteUpdateAsync(call.key, call.update, call.cancellationToken)).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public Task<bool> DeleteAsync(ImageKey key, DeleteOptions? options = null, CancellationToken cancellationToken = default)
    {
        _ = key.Value;
        return cancellationToken.IsCancellationRequested ? Task.FromCanceled<bool>(cancellationToken) : _recorder.MeasureAsync(
            StoreOperation.Delete, (Provider, key, options, cancellationToken), static call => call.Provider.DeleteAsync(call.key, call.options, call.cancellationToken));
    }

    /// <inheritdoc/>
    public Task<ImagePage> ListAsync(ImageQuery query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        query = QueryRules.Check(query);
        return cancellationToken.IsCancellationRequested ? Task.FromCanceled<ImagePage>(cancellationToken) : _recorder.MeasureAsync(
            StoreOperation.List, (Provider, query, cancellationToken), static call => call.Provider.ListAsync(call.query, call.cancellationToken));
    }

    /// <inheritdoc/>
    public Task<StorageUsage> GetUsageAsync(UsageOptions? options = null, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        var maxAge = options?.MaxAge ?? TimeSpan.Zero;
        return _recorder.MeasureAsync(StoreOperation.GetUsage, (_usage, maxAge, cancellationToken), static call => call._usage.GetAsync(call.maxAge, call.cancellationToken));
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _isDisposed = true;
        _usage.Dispose();
        return _provider.DisposeAsync();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _isDisposed = true;
        _usage.Dispose();
        _provider.Dispose();
    }

    /// <summary>Returns the provider with its layers, the outermost first.</summary>
    public override string ToString() => $"ImageStorage({_provider})";

    // Transactions stay on one provider: with fallbacks, on the primary.
    private static TransactionSupport TransactionsOf(IImageProvider provider) =>
        provider.GetAbility<IAtomicProvider>() is not null ? TransactionSupport.Atomic
        : provider.GetAbility<IVersionKeeper>() is not null ? TransactionSupport.Journal
        : TransactionSupport.None;

    private async Task<ImageInfo> WriteUpdateAsync(ImageKey key, ImageUpdate update, CancellationToken cancellationToken) =>
        await Provider.UpdateAsync(key, _intake.Check(key, update), cancellationToken).ConfigureAwait(false)
            ?? throw ProviderErrors.NotFound(key, _provider.Name);

    private Task<StoredImage?> OpenAsync(ImageKey key, GetOptions? options, CancellationToken cancellationToken)
    {
        if (options is { Cache: CacheMode.CacheOnly } && !_hasCache)
        {
            // No tier has the image.
            return Task.FromResult<StoredImage?>(null);
        }

        if (options?.Range is not null)
        {
            return OpenRangeAsync(key, options, cancellationToken);
        }

        // A hit of the memory cache is returned directly, without an allocation.
        var opening = Provider.OpenReadAsync(key, options, cancellationToken);
        return opening.IsCompletedSuccessfully && opening.Result?.Info.Encoding is null ? opening : OpenDecodedAsync(key, opening);
    }

    private static void Check(GetOptions? options)
    {
        if (options is { Cache: not CacheMode.ReadThrough } && !Enum.IsDefined(options.Cache))
        {
            throw new ArgumentOutOfRangeException(nameof(options), options.Cache, "GetOptions.Cache must be a member of CacheMode.");
        }
    }

    private async Task<StoredImage?> OpenRangeAsync(ImageKey key, GetOptions options, CancellationToken cancellationToken)
    {
        try
        {
            return await OpenDecodedAsync(key, Provider.OpenReadAsync(key, options, cancellationToken)).ConfigureAwait(false);
        }
        catch (ImageRangeException) when (options.Cache != CacheMode.CacheOnly)
        {
            // With an encoding, the range may be valid for the image, though not for the stored bytes.
            if ((await Provider.GetInfoAsync(key, cancellationToken).ConfigureAwait(false))?.Encoding is { } encoding)
            {
                throw ProviderErrors.NotDecodable(key, _provider.Name, encoding);
            }

            throw;
        }
    }

    // A layer that decodes removes the encoding from the record. With an encoding left here, the bytes would not be
    // those of the image.
    private async Task<StoredImage?> OpenDecodedAsync(ImageKey key, Task<StoredImage?> opening)
    {
        var image = await opening.ConfigureAwait(false);
        if (image?.Info.Encoding is { } encoding)
        {
            await image.DisposeAsync().ConfigureAwait(false);
            throw ProviderErrors.NotDecodable(key, _provider.Name, encoding);
        }

        return image;
    }
}
