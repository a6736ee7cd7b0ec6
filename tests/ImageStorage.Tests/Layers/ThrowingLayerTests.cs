using ImageStorage.Providers;
using ImageStorage.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace ImageStorage.Tests.Layers;

/// <summary>A layer of a third party that throws before or after a write: the store tells what has happened, on each way of writing, and keeps working.</summary>
public class ThrowingLayerTests
{
    private static readonly byte[] Old = SampleImages.Png(seed: 1);
    private static readonly byte[] New = SampleImages.Png(seed: 2);
    private readonly List<string> _customs = [];
    private ServiceProvider _services = null!;
    private Throwing _layer = null!;

    private IImageStorage Images => _services.GetRequiredService<IImageStorage>();

    [TearDown]
    public async Task TearDown()
    {
        _customs.Clear();
        await _services.DisposeAsync();
    }

    [Test]
    public async Task Save_is_refused_before_and_made_after([Values] bool isAfter)
    {
        await OpenAsync(isAtomic: true);
        _layer.ThrowsOn = isAfter ? WriteHook.AfterWrite : WriteHook.BeforePut;

        Assert.That(() => Images.SaveBytesAsync("a", New), Throws.InvalidOperationException);

        _layer.ThrowsOn = null;
        Assert.That(await Images.GetBytesAsync("a"), Is.EqualTo(isAfter ? New : Old), "The cache shows what the store has.");
        await Images.SaveBytesAsync("a", Old);
        Assert.That(await Images.GetBytesAsync("a"), Is.EqualTo(Old));
    }

    [Test]
    public async Task Batch_reports_each_image([Values] bool isAfter)
    {
        await OpenAsync(isAtomic: true);
        _layer.ThrowsOn = isAfter ? WriteHook.AfterWrite : WriteHook.BeforePut;

        var results = await Images.SaveManyAsync([new SaveRequest("b", new MemoryStream(New)), new SaveRequest("c", new MemoryStream(New))]);

        _layer.ThrowsOn = null;
        Assert.That(results.Select(result => result.Error), Is.All.TypeOf<InvalidOperationException>());
        Assert.That(await Images.ExistsAsync("b"), Is.EqualTo(isAfter));
    }

    // The step of the application must not be compensated for images that are committed.
    [Test]
    public async Task Transaction_that_is_committed_stays_committed([Values] bool isAtomic, [Values] bool looksLikeRefusal)
    {
        await OpenAsync(isAtomic);
        _layer.ThrowsOn = WriteHook.AfterWrite;
        _layer.Failure = looksLikeRefusal ? () => new ImageConflictException("The layer fails.") { Key = "a" } : _layer.Failure;

        var failure = await CaughtAsync(() => RunAsync());

        _layer.ThrowsOn = null;
        var isCommitted = isAtomic;
        Assert.That(failure, isCommitted ? Is.Null : Is.TypeOf<TransactionFailedException>());
        Assert.That(_customs, Is.EqualTo(isCommitted ? new[] { "executed" } : ["executed", "compensated"]));
        await AssertStateAsync(isCommitted);
    }

    [Test]
    public async Task Transaction_that_is_refused_changes_nothing([Values(WriteHook.BeforePut, WriteHook.BeforeDelete)] WriteHook hook, [Values] bool isAtomic)
    {
        await OpenAsync(isAtomic);
        _layer.ThrowsOn = hook;

        var failure = await CaughtAsync(() => RunAsync());

        _layer.ThrowsOn = null;
        Assert.That(failure, Is.TypeOf<TransactionFailedException>().With.InnerException.TypeOf<InvalidOperationException>());
        await AssertStateAsync(isCommitted: false);
        Assert.That(_customs, Is.Empty.Or.EqualTo(new[] { "executed", "compensated" }));
    }

    // The image is restored before the layer throws, so the next attempt finds it restored.
    [Test]
    public async Task Rollback_is_made_although_a_layer_throws_after_a_restore()
    {
        await OpenAsync(isAtomic: false);
        _layer.ThrowsOn = WriteHook.BeforeDelete;
        _layer.ThrowsAfterRestore = true;

        var failure = await CaughtAsync(() => RunAsync());

        (_layer.ThrowsOn, _layer.ThrowsAfterRestore) = (null, false);
        Assert.That((failure as TransactionFailedException)?.Outcome, Is.EqualTo(TransactionOutcome.RolledBack));
        await AssertStateAsync(isCommitted: false);
    }

    private async Task OpenAsync(bool isAtomic)
    {
        var services = new ServiceCollection();
        services.AddImageStorage()
            .UseProvider("Memory", _ => new Memory(isAtomic))
            .WithCache()
            .WithTransactions()
            .AddLayer(Layer.Inside(LayerKind.Caching, (_, inner) => _layer = new Throwing(inner)));
        _services = services.BuildServiceProvider();
        await Images.SaveBytesAsync("a", Old);
        await Images.SaveBytesAsync("gone", Old);
        await Images.GetBytesAsync("a");
    }

    private Task<TransactionResult> RunAsync() => _services.GetRequiredService<IImageTransactions>().ExecuteAsync(
        transaction =>
        {
            transaction.Run(_ => AddAsync("executed"), _ => AddAsync("compensated")).Save("a", new MemoryStream(New)).Delete("gone");
            return Task.CompletedTask;
        },
        new TransactionOptions { RetryDelay = TimeSpan.FromMilliseconds(1) });

    private Task AddAsync(string custom)
    {
        _customs.Add(custom);
        return Task.CompletedTask;
    }

    private async Task AssertStateAsync(bool isCommitted)
    {
        Assert.That(await Images.GetBytesAsync("a"), Is.EqualTo(isCommitted ? New : Old));
        Assert.That(await Images.ExistsAsync("gone"), Is.EqualTo(!isCommitted));
    }

    private static async Task<Exception?> CaughtAsync(Func<Task> call)
    {
        try
        {
            await call();
            return null;
        }
        catch (Exception exception)
        {
            // The boundary of the call under test: the test examines every exception.
            return exception;
        }
    }

    /// <summary>A provider that commits several images at once, or retains versions only.</summary>
    private sealed class Memory(bool isAtomic) : DelegatingImageProvider(new InMemoryImageProvider())
    {
        protected override bool PassesOn(Type ability) => isAtomic || ability != typeof(IAtomicProvider);
    }

    private sealed class Throwing(IImageProvider inner) : WriteLayer(inner)
    {
        public WriteHook? ThrowsOn { get; set; }

        public bool ThrowsAfterRestore { get; set; }

        public Func<Exception> Failure { get; set; } = () => new InvalidOperationException("The layer fails.");

        protected override ValueTask<PutRequest> BeforePutAsync(PutRequest request, CancellationToken cancellationToken)
        {
            ThrowIf(ThrowsOn == WriteHook.BeforePut);
            return base.BeforePutAsync(request, cancellationToken);
        }

        protected override ValueTask<IfMatch?> BeforeDeleteAsync(ImageKey key, IfMatch? precondition, CancellationToken cancellationToken)
        {
            ThrowIf(ThrowsOn == WriteHook.BeforeDelete);
            return base.BeforeDeleteAsync(key, precondition, cancellationToken);
        }

        protected override ValueTask AfterWriteAsync(ImageKey key, WriteOutcome outcome)
        {
            ThrowIf(ThrowsOn == WriteHook.AfterWrite || (ThrowsAfterRestore && outcome.Effect == WriteEffect.Restored));
            return base.AfterWriteAsync(key, outcome);
        }

        private void ThrowIf(bool isWanted)
        {
            if (isWanted)
            {
                throw Failure();
            }
        }
    }
}
