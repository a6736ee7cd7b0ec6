using ImageStorage.Providers;
using ImageStorage.Selection;
using ImageStorage.Testing;
using ImageStorage.Tests.Instrumentation;
using Microsoft.Extensions.Logging;
using Moq;

namespace ImageStorage.Tests.Selection;

/// <summary>The first provider that passes its probe is used, chosen once, when it is first needed.</summary>
public class SelectionTests
{
    private readonly RecordingLogger _logger = new();

    [SetUp]
    public void Clear() => _logger.Entries.Clear();

    [Test]
    public async Task First_that_passes_is_used_and_logged()
    {
        await using var auto = Auto(("cloud", Failing("The account is locked.")), ("disk", new InMemoryImageProvider()), ("spare", Failing("Not asked.")));
        Assert.That(auto.ToString(), Does.Match(@"^Auto\(cloud: .*, disk: InMemory, spare: .*; not chosen yet\)$"));
        Assert.That(auto.Name, Is.EqualTo("Auto"));

        await auto.CheckAsync();

        Assert.That(auto.ToString(), Does.EndWith("; uses disk)"));
        Assert.That(auto.Name, Is.EqualTo("InMemory"));
        var told = _logger.Entries.Where(entry => entry.Level >= LogLevel.Information).Select(entry => (entry.Level, entry.Id.Id)).ToList();
        Assert.That(told, Is.EqualTo(new[] { (LogLevel.Warning, 31), (LogLevel.Information, 30) }));
        Assert.That(_logger.Entries.Where(entry => entry.Level >= LogLevel.Information).Select(entry => entry.Text), Has.Some.Contain("disk (InMemory), number 2 of 3").And.None.Contain("locked"));
    }

    [Test]
    public async Task None_that_passes_is_one_failure_that_names_each_with_its_cause()
    {
        await using var auto = Auto(("cloud", Failing("The account is locked.", isTransient: false)), ("disk", Failing("The disk is full.")));

        var failure = Assert.ThrowsAsync<StorageUnavailableException>(() => auto.GetInfoAsync("a.png"));

        Assert.That(failure!.Message, Does.Contain("1. cloud (Mock): The account is locked.").And.Contain("2. disk (Mock): The disk is full."));
        Assert.That((failure.IsTransient, failure.Provider), Is.EqualTo((true, "Auto")));
        Assert.That(((AggregateException)failure.InnerException!).InnerExceptions, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task A_failure_is_not_kept_and_a_choice_is()
    {
        var isDown = true;
        var provider = Failing(() => isDown ? new StorageUnavailableException("Down.") : null);
        await using var auto = Auto(("only", provider));
        Assert.That(async () => await auto.CheckAsync(), Throws.TypeOf<StorageUnavailableException>());

        isDown = false;
        await auto.GetInfoAsync("a.png");
        isDown = true;

        Assert.That(await auto.GetInfoAsync("a.png"), Is.Null);
    }

    // One probe for all callers that wait; a caller that gives up does not end it for the others.
    [Test]
    public async Task All_wait_for_the_same_choice_and_one_that_gives_up_does_not_end_it()
    {
        var (probes, answer) = (0, new TaskCompletionSource());
        var provider = new Mock<IImageProvider>();
        provider.Setup(inner => inner.Name).Returns("Mock");
        provider.Setup(inner => inner.Capabilities).Returns(new InMemoryImageProvider().Capabilities);
        provider.Setup(inner => inner.CheckAsync(It.IsAny<CancellationToken>())).Returns(() =>
        {
            Interlocked.Increment(ref probes);
            return answer.Task;
        });
        await using var auto = Auto(("slow", provider.Object));
        using var impatient = new CancellationTokenSource();
        var waiting = Enumerable.Range(0, 20).Select(_ => auto.GetInfoAsync("a.png")).ToList();
        var givingUp = auto.GetInfoAsync("a.png", impatient.Token);

        await impatient.CancelAsync();
        Assert.That(async () => await givingUp, Throws.InstanceOf<OperationCanceledException>());
        Assert.That(waiting.TrueForAll(task => !task.IsCompleted), Is.True);
        answer.SetResult();
        await Task.WhenAll(waiting);

        Assert.That(probes, Is.EqualTo(1));
    }

    [Test]
    public async Task Cancelled_token_ends_the_call_before_any_probe()
    {
        await using var auto = Auto(("only", Failing("Not asked.")));

        Assert.That(async () => await auto.GetInfoAsync("a.png", new CancellationToken(canceled: true)), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(_logger.Entries, Is.Empty);
    }

    [Test]
    public async Task Probe_that_is_under_way_is_ended_by_the_disposal()
    {
        var provider = new Mock<IImageProvider>();
        provider.Setup(inner => inner.Name).Returns("Mock");
        provider.Setup(inner => inner.Capabilities).Returns(new InMemoryImageProvider().Capabilities);
        provider.Setup(inner => inner.CheckAsync(It.IsAny<CancellationToken>())).Returns((CancellationToken token) => new TaskCompletionSource().Task.WaitAsync(token));
        var auto = Auto(("stuck", provider.Object));
        var waiting = auto.GetInfoAsync("a.png");

        await auto.DisposeAsync();

        Assert.That(async () => await waiting, Throws.InstanceOf<OperationCanceledException>());
        Assert.That(async () => await auto.GetInfoAsync("a.png"), Throws.InstanceOf<ObjectDisposedException>());
        provider.Verify(inner => inner.DisposeAsync(), Times.Once);
    }

    // Except that several processes may write if one candidate allows it (P9).
    [Test]
    public void Capabilities_are_common_to_all_and_known_before_the_choice()
    {
        var small = new Mock<IImageProvider>();
        small.Setup(inner => inner.Name).Returns("Small");
        small.Setup(inner => inner.Capabilities).Returns(new ProviderCapabilities { MaxContentLength = 9_000_000, MaxMetadataBytes = 5_000, NativeOrders = [ImageOrder.KeyAscending], RangeRead = false, MultiProcess = true, Durable = true });

        var auto = Auto(("a", new InMemoryImageProvider()), ("b", small.Object));

        Assert.That(auto.Capabilities, Is.EqualTo(new ProviderCapabilities { MaxContentLength = 9_000_000, MaxMetadataBytes = 5_000, NativeOrders = [ImageOrder.KeyAscending], RangeRead = false, MultiProcess = true, Durable = false }));
    }

    [Test]
    public async Task Signed_urls_are_those_of_the_chosen_provider([Values] bool isFirst)
    {
        var signing = new Signing();
        await using var storage = new ImageStorageManager(isFirst
            ? Auto(("signing", signing), ("plain", new InMemoryImageProvider()))
            : Auto(("plain", new InMemoryImageProvider()), ("signing", signing)));

        Assert.That(storage.Capabilities.SignedUrls, Is.False, "Not chosen yet.");
        await storage.GetInfoAsync("a.png");
        Assert.That((storage.Capabilities.SignedUrls, storage.Capabilities.Provider.ReadUrls, storage.Capabilities.Provider.StorageTiers), Is.EqualTo((isFirst, isFirst, isFirst)));
    }

    private sealed class Signing() : DelegatingImageProvider(new InMemoryImageProvider()), IReadUrlProvider
    {
        public override ProviderCapabilities Capabilities => Inner.Capabilities with { ReadUrls = true, StorageTiers = true };

        public Task<SignedReadUrl?> CreateReadUrlAsync(ImageKey key, TimeSpan validFor, CancellationToken cancellationToken = default) => throw new NotSupportedException();
    }

    [Test]
    public async Task Every_call_and_the_documents_go_to_what_was_chosen()
    {
        var memory = new InMemoryImageProvider();
        await using var storage = new ImageStorageManager(Auto(("no", Failing("Down.")), ("yes", memory)));
        var saved = await storage.SaveBytesAsync("a.png", SampleImages.Png());

        Assert.That(await memory.GetInfoAsync("a.png"), Is.EqualTo(saved));
        Assert.That(await storage.GetBytesAsync("a.png"), Is.EqualTo(SampleImages.Png()));
        Assert.That((await storage.ListAsync(new ImageQuery())).Items, Is.EqualTo(new[] { saved }));
        Assert.That((await storage.GetUsageAsync()).Count, Is.EqualTo(1));
        Assert.That((await storage.UpdateAsync("a.png", new ImageUpdate { Tags = ["t"] })).Tags, Has.Length.EqualTo(1));
        Assert.That(await storage.DeleteAsync("a.png"), Is.True);
    }

    // The chosen provider copies, also if the copy is the first call.
    [Test]
    public async Task First_call_may_be_a_copy()
    {
        var memory = new InMemoryImageProvider();
        var saved = await new ImageStorageManager(memory).SaveBytesAsync("a.png", SampleImages.Png());
        await using var auto = Auto(("first", memory), ("second", new InMemoryImageProvider()));

        Assert.That(auto.GetAbility<ICopyProvider>(), Is.Not.Null);
        await auto.CopyAsync(new CopyRequest { Source = "a.png", SourceETag = saved.ETag, Target = "b.png" });

        Assert.That((await memory.GetInfoAsync("b.png"))!.Digest, Is.EqualTo(saved.Digest));
    }

    [Test]
    public async Task Documents_choose_as_well()
    {
        var memory = new InMemoryImageProvider();
        await using var auto = Auto(("no", Failing("Down.")), ("yes", memory));

        var etag = await auto.Documents.PutAsync("c/a", new byte[] { 1 });

        Assert.That((await auto.Documents.GetAsync("c/a"))!.ETag, Is.EqualTo(etag));
        Assert.That(await memory.Documents.ListAsync("c/"), Is.EqualTo(await auto.Documents.ListAsync("c/")));
        Assert.That(await auto.Documents.DeleteAsync("c/a", etag), Is.True);
    }

    private AutoImageProvider Auto(params (string Name, IImageProvider Provider)[] candidates) =>
        new(new ProviderSelector([.. candidates.Select(candidate => new ProviderCandidate(candidate.Name, candidate.Provider))], TimeProvider.System, _logger));

    private static IImageProvider Failing(string message, bool isTransient = true) => Failing(() => new StorageUnavailableException(message, isTransient: isTransient));

    private static IImageProvider Failing(Func<Exception?> failure)
    {
        var provider = new Mock<IImageProvider>();
        provider.Setup(inner => inner.Name).Returns("Mock");
        provider.Setup(inner => inner.Capabilities).Returns(new InMemoryImageProvider().Capabilities);
        provider.Setup(inner => inner.GetInfoAsync(It.IsAny<ImageKey>(), It.IsAny<CancellationToken>())).ReturnsAsync((ImageInfo?)null);
        provider.Setup(inner => inner.CheckAsync(It.IsAny<CancellationToken>())).Returns(() => failure() is { } exception ? Task.FromException(exception) : Task.CompletedTask);
        return provider.Object;
    }
}
