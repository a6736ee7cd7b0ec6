using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace ImageStorage;

/// <summary>
/// A store for a program without a host and without a dependency injection container. Opening the store validates its options, makes the checks and starts the
/// background work that a host makes and starts. Disposing the store stops the background work and disposes the providers.
/// </summary>
/// <example>
/// <code>
/// await using var store = await ImageStore.OpenAsync(builder => builder.UseFileSystem("data/images"));
/// await store.Images.SaveFileAsync("cats/tom.jpg", "tom.jpg");
/// </code>
/// </example>
/// <remarks>All members may be called concurrently. Open a store once, and keep it for the life of the program.</remarks>
public sealed class ImageStore : IAsyncDisposable
{
    private readonly ServiceProvider _services;
    private readonly Stack<IHostedService> _running = new();
    private int _isDisposed;

    private ImageStore(ServiceProvider services) => _services = services;

    /// <summary>Gets the images of the store.</summary>
    /// <exception cref="ObjectDisposedException">The store is disposed.</exception>
    public IImageStorage Images => _services.GetRequiredService<IImageStorage>();

    /// <summary>Opens a store.</summary>
    /// <param name="configure">
    /// Chooses the provider and the features, as after <c>AddImageStorage</c>. Register a logger factory or a <see cref="TimeProvider"/> in
    /// <see cref="ImageStorageBuilder.Services"/>.
    /// </param>
    /// <param name="cancellationToken">Cancels the opening.</param>
    /// <exception cref="OptionsValidationException">The options of the store are not valid.</exception>
    /// <exception cref="ImageStorageException">The store cannot be opened.</exception>
    public static async Task<ImageStore> OpenAsync(Action<ImageStorageBuilder> configure, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(configure);
        cancellationToken.ThrowIfCancellationRequested();
        var services = new ServiceCollection();
        configure(services.AddImageStorage());
        var store = new ImageStore(services.BuildServiceProvider());
        try
        {
            await store.StartAsync(cancellationToken).ConfigureAwait(false);
            return store;
        }
        catch
        {
            await store.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>
    /// Returns an optional service of the store, such as <see cref="IImageHistory"/>, <see cref="IStorageHealth"/>, <see cref="IImageCache"/>,
    /// <see cref="IImageTransactions"/>, <see cref="IStorageFailover"/> or <see cref="IStorageMirror"/>.
    /// </summary>
    /// <typeparam name="TService">The service.</typeparam>
    /// <returns>The service; null if the store does not have the feature.</returns>
    /// <exception cref="ObjectDisposedException">The store is disposed.</exception>
    public TService? GetService<TService>()
        where TService : class => _services.GetService<TService>();

    /// <summary>Returns a service of the store that the program needs.</summary>
    /// <typeparam name="TService">The service.</typeparam>
    /// <exception cref="InvalidOperationException">The store does not have the feature.</exception>
    /// <exception cref="ObjectDisposedException">The store is disposed.</exception>
    public TService GetRequiredService<TService>()
        where TService : class => GetService<TService>() ?? throw new InvalidOperationException(
            $"The image store has no {typeof(TService).Name}: {RemedyFor(typeof(TService))} when you open the store.");

    private static string RemedyFor(Type service) => service switch
    {
        _ when service == typeof(IImageTransactions) => "call WithTransactions()",
        _ when service == typeof(IImageCache) => "call WithCache()",
        _ when service == typeof(IStorageFailover) => "call WithFallback(...) or WithMirror(...)",
        _ when service == typeof(IStorageMirror) => "call WithMirror(...)",
        _ => "add the service to ImageStorageBuilder.Services",
    };

    /// <summary>Stops the background work of the store, and disposes its providers.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
        {
            return;
        }

        try
        {
            while (_running.TryPop(out var service))
            {
                await service.StopAsync(CancellationToken.None).ConfigureAwait(false);
            }
        }
        finally
        {
            await _services.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Returns the store as text, with its layers.</summary>
    public override string ToString() => Volatile.Read(ref _isDisposed) == 0 ? $"{Images}" : nameof(ImageStore);

    private async Task StartAsync(CancellationToken cancellationToken)
    {
        // In the order of a host: all options are validated before the first service starts.
        _services.GetService<IStartupValidator>()?.Validate();
        foreach (var service in _services.GetServices<IHostedService>())
        {
            await service.StartAsync(cancellationToken).ConfigureAwait(false);
            _running.Push(service);
        }
    }
}
