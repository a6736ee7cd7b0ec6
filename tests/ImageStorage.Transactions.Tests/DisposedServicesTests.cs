using Microsoft.Extensions.DependencyInjection;

namespace ImageStorage.Transactions.Tests;

/// <summary>
/// C11: a service of a store that is used after the container was disposed throws
/// <see cref="ObjectDisposedException"/>.
/// </summary>
internal sealed class DisposedServicesTests
{
    [Test]
    public Task Services_of_a_store_with_transactions_throw_after_dispose() => AssertAsync(
        store => store.UseInMemory().WithTransactions(),
        Calls<IImageTransactions>(
            transactions => transactions.ExecuteAsync([new DeleteStep("a.png")]),
            transactions => transactions.ExecuteAsync(_ => Task.CompletedTask),
            transactions => transactions.RecoverAsync(),
            transactions => transactions.ListAsync(),
            transactions => transactions.DismissAsync(new string('0', 32))),
        Calls<IImageHistory>(
            history => history.AppendAsync(new HistoryEntry { Mode = "late" }),
            history => history.ListAsync(new HistoryQuery()),
            history => history.RemoveAsync("id"),
            history => history.TrimAsync(new HistoryRetention { MaxCount = 1 })),
        Calls<IStorageHealth>(health => health.GetReportAsync()));

    [Test]
    public Task Failover_of_a_store_throws_after_dispose() => AssertAsync(
        store => store.UseInMemory().WithFallback(fallback => fallback.UseInMemory()),
        Calls<IStorageFailover>(failover => failover.GetStatusAsync(), failover => failover.ReconcileAsync()),
        Calls<IStorageHealth>(health => health.GetReportAsync()));

    [Test]
    public Task Mirror_of_a_store_throws_after_dispose() => AssertAsync(
        store => store.UseInMemory().WithMirror(mirror => mirror.UseInMemory()),
        Calls<IStorageMirror>(mirror => mirror.GetStatusAsync(), mirror => mirror.ReconcileAsync(), mirror => mirror.ResyncAsync()),
        Calls<IStorageHealth>(health => health.GetReportAsync()));

    [Test]
    public async Task Container_is_disposed_without_an_error_whatever_was_resolved_first([Values] bool storageFirst)
    {
        await using var store = new Stores.FolderStore();
        var services = new ServiceCollection();
        services.AddImageStorage().UseProvider("Folder", _ => store.Open(TimeProvider.System)).WithTransactions();
        var provider = services.BuildServiceProvider();
        if (storageFirst)
        {
            provider.GetRequiredService<IImageStorage>();
        }

        await provider.GetRequiredService<IImageTransactions>().ExecuteAsync([new SaveStep(new SaveRequest("a.png", new MemoryStream(Testing.SampleImages.OfLength(200, 1))))]);
        provider.GetRequiredService<IImageStorage>();
        await provider.GetRequiredService<IStorageHealth>().GetReportAsync();

        Assert.That(async () => await provider.DisposeAsync(), Throws.Nothing);
    }

    [Test]
    public async Task Transactions_whose_store_was_disposed_before_them_are_disposed_without_an_error()
    {
        await using var store = new Stores.FolderStore();
        var process = new Running.TestProcess(store, new TestClock());
        await process.Transactions.ExecuteAsync([new SaveStep(new SaveRequest("a.png", new MemoryStream(Testing.SampleImages.OfLength(200, 1))))]);
        await process.Storage.DisposeAsync();

        Assert.That(async () => await process.DisposeAsync(), Throws.Nothing);
    }

    private static async Task AssertAsync(Func<ImageStorageBuilder, ImageStorageBuilder> build, params Func<IServiceProvider, IEnumerable<Func<Task>>>[] calls)
    {
        var services = new ServiceCollection();
        build(services.AddImageStorage());
        var provider = services.BuildServiceProvider();
        var late = calls.SelectMany(some => some(provider)).ToList();
        await late[0]().ContinueWith(_ => { }, TaskScheduler.Default);

        await provider.DisposeAsync();

        Assert.Multiple(() => late.ForEach(call => Assert.That(() => call(), Throws.TypeOf<ObjectDisposedException>())));
    }

    private static Func<IServiceProvider, IEnumerable<Func<Task>>> Calls<T>(params Func<T, Task>[] calls)
        where T : notnull => provider =>
        {
            var service = provider.GetRequiredService<T>();
            return calls.Select<Func<T, Task>, Func<Task>>(call => () => call(service));
        };
}
