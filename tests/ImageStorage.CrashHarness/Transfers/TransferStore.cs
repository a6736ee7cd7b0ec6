using ImageStorage.CrashHarness.Stores;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ImageStorage.CrashHarness.Transfers;

/// <summary>An open store of accounts, with transactions.</summary>
internal sealed class TransferStore : IAsyncDisposable
{
    private static readonly TimeSpan RecoveryInterval = TimeSpan.FromMilliseconds(300);
    private readonly IReadOnlyList<IHostedService> _hosted;

    /// <summary>Opens a store.</summary>
    /// <param name="uri">The URI of the store.</param>
    /// <param name="lease">The lease duration.</param>
    public TransferStore(string uri, TimeSpan lease)
    {
        Store = new OpenStore(uri, builder => builder
            .WithTransactions(options => (options.LeaseDuration, options.RecoveryInterval) = (lease, RecoveryInterval))
            .AddTransactionAction<StampAction>());
        Transactions = Store.Services.GetRequiredService<IImageTransactions>();
        History = Store.Services.GetRequiredService<IImageHistory>();
        _hosted = [.. Store.Services.GetServices<IHostedService>()];
    }

    public OpenStore Store { get; }

    public IImageTransactions Transactions { get; }

    public IImageHistory History { get; }

    public IStorageEvents Events => Store.Services.GetRequiredService<IStorageEvents>();

    /// <summary>Starts the recovery in the background, as a host does.</summary>
    public Task StartAsync() => Task.WhenAll(_hosted.Select(service => service.StartAsync(CancellationToken.None)));

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_hosted.Select(service => service.StopAsync(CancellationToken.None)));
        Store.Dispose();
    }
}
