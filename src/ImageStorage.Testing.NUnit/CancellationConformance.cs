using ImageStorage.Providers;
using NUnit.Framework;

namespace ImageStorage.Testing.NUnit;

/// <summary>
/// Tests P7 and P3: a cancelled token always ends the call with <see cref="OperationCanceledException"/>, and the call
/// changes nothing.
/// </summary>
/// <typeparam name="THarness">The harness that opens the provider under test.</typeparam>
[Parallelizable(ParallelScope.Self)]
public abstract class CancellationConformance<THarness> : ProviderConformance<THarness>
    where THarness : ProviderHarness, new()
{
    private static readonly CancellationToken Cancelled = new(canceled: true);

    private static readonly Dictionary<string, Func<IImageStorage, Task>> StorageCalls = new()
    {
        ["Save of a new key"] = storage => storage.SaveBytesAsync("new.png", Image(9), null, Cancelled),
        ["Save over a key"] = storage => storage.SaveBytesAsync("a.png", Image(9), null, Cancelled),
        ["Get"] = storage => storage.GetAsync("a.png", null, Cancelled),
        ["Get of nothing"] = storage => storage.GetAsync("new.png", null, Cancelled),
        ["Get of a range"] = storage => storage.GetAsync("a.png", new GetOptions { Range = new ByteRange(1, 1) }, Cancelled),
        ["GetInfo"] = storage => storage.GetInfoAsync("a.png", Cancelled),
        ["GetInfo of nothing"] = storage => storage.GetInfoAsync("new.png", Cancelled),
        ["Update"] = storage => storage.UpdateAsync("a.png", new ImageUpdate { Tags = ["x"] }, Cancelled),
        ["Update of nothing"] = storage => storage.UpdateAsync("new.png", new ImageUpdate { Tags = ["x"] }, Cancelled),
        ["Delete"] = storage => storage.DeleteAsync("a.png", null, Cancelled),
        ["Delete of nothing"] = storage => storage.DeleteAsync("new.png", null, Cancelled),
        ["List by time"] = storage => storage.ListAsync(new ImageQuery(), Cancelled),
        ["List by key"] = storage => storage.ListAsync(new ImageQuery { Order = ImageOrder.KeyAscending }, Cancelled),
        ["SaveMany"] = storage => storage.SaveManyAsync([new SaveRequest("new.png", new MemoryStream(Image(9)))], null, Cancelled),
        ["DeleteMany"] = storage => storage.DeleteManyAsync(["a.png"], null, Cancelled),
        ["GetUsage"] = storage => storage.GetUsageAsync(null, Cancelled),
        ["Cleanup"] = storage => storage.CleanupAsync(new CleanupOptions { MaxCount = 0 }, Cancelled),
    };

    private static readonly Dictionary<string, Func<IImageProvider, Task>> ProviderCalls = new()
    {
        ["Put of a new key"] = provider => provider.PutAsync(PutOf("new.png", Image(9)), Cancelled),
        ["Put over a key"] = provider => provider.PutAsync(PutOf("a.png", Image(9)), Cancelled),
        ["OpenRead"] = provider => provider.OpenReadAsync("a.png", null, Cancelled),
        ["OpenRead of nothing"] = provider => provider.OpenReadAsync("new.png", null, Cancelled),
        ["GetInfo"] = provider => provider.GetInfoAsync("a.png", Cancelled),
        ["GetInfo of nothing"] = provider => provider.GetInfoAsync("new.png", Cancelled),
        ["Update"] = provider => provider.UpdateAsync("a.png", new RecordUpdate { Tags = ["x"] }, Cancelled),
        ["Update of nothing"] = provider => provider.UpdateAsync("new.png", new RecordUpdate { Tags = ["x"] }, Cancelled),
        ["Delete"] = provider => provider.DeleteAsync("a.png", null, Cancelled),
        ["Delete of nothing"] = provider => provider.DeleteAsync("new.png", null, Cancelled),
        ["List by time"] = provider => provider.ListAsync(new ImageQuery(), Cancelled),
        ["List by time, oldest first"] = provider => provider.ListAsync(new ImageQuery { Order = ImageOrder.CreatedAscending }, Cancelled),
        ["List by key"] = provider => provider.ListAsync(new ImageQuery { Order = ImageOrder.KeyAscending }, Cancelled),
        ["GetUsage"] = provider => provider.GetUsageAsync(Cancelled),
        ["Check"] = provider => provider.CheckAsync(Cancelled),
        ["Documents.Get"] = provider => provider.Documents.GetAsync("c/a", Cancelled),
        ["Documents.Get of nothing"] = provider => provider.Documents.GetAsync("c/new", Cancelled),
        ["Documents.Put"] = provider => provider.Documents.PutAsync("c/new", new byte[] { 1 }, null, Cancelled),
        ["Documents.Put over a document"] = provider => provider.Documents.PutAsync("c/a", new byte[] { 1 }, null, Cancelled),
        ["Documents.Delete"] = provider => provider.Documents.DeleteAsync("c/a", null, Cancelled),
        ["Documents.Delete of nothing"] = provider => provider.Documents.DeleteAsync("c/new", null, Cancelled),
        ["Documents.List"] = provider => provider.Documents.ListAsync("c/", null, 10, Cancelled),
        ["Documents.List of nothing"] = provider => provider.Documents.ListAsync("d/", null, 10, Cancelled),
    };

    // The same call, on other data.
    private static readonly string[] Variations = [" of nothing", " over a ", " of a range", " by key", "oldest first"];

    private static IEnumerable<string> StorageCallNames => StorageCalls.Keys.Where(IsCase);

    private static IEnumerable<string> ProviderCallNames => ProviderCalls.Keys.Where(IsCase);

    private static bool IsCase(string call) => !IsRepresentative || !Variations.Any(variation => call.Contains(variation, StringComparison.Ordinal));

    private protected override async Task PrepareAsync()
    {
        await SaveAsync("a.png", 1, new SaveOptions { Tags = ["kept"] });
        await Provider.Documents.PutAsync("c/a", new byte[] { 7 });
    }

    [TestCaseSource(nameof(StorageCallNames))]
    public Task Call_of_the_store_with_a_cancelled_token_changes_nothing(string call) => AssertCancelledAsync(() => StorageCalls[call](Storage));

    [TestCaseSource(nameof(ProviderCallNames))]
    public Task Call_of_the_provider_with_a_cancelled_token_changes_nothing(string call) => AssertCancelledAsync(() => ProviderCalls[call](Provider));

    [TestCase("new.png", 400, 0)]
    [TestCase("new.png", 400, 200)]
    [TestCase("new.png", 400, 400)]
    [TestCase("new.png", 700_000, 131_072)]
    [TestCase("new.png", 700_000, 650_000)]
    [TestCase("new.png", 700_000, 700_000)]
    [TestCase("a.png", 400, 200)]
    [TestCase("a.png", 700_000, 300_000)]
    [TestCase("a.png", 700_000, 700_000)]
    public async Task Save_cancelled_while_the_source_is_read_changes_nothing(string key, int length, int at)
    {
        using var cancellation = new CancellationTokenSource();
        await using var source = new SourceStream(Image(2, length)) { HappensAt = at, Happens = cancellation.Cancel };

        await AssertCancelledAsync(() => Storage.SaveAsync(key, source, null, cancellation.Token));
    }

    [TestCase(400)]
    [TestCase(700_000)]
    public async Task Save_goes_well_after_one_that_was_cancelled(int length)
    {
        using var cancellation = new CancellationTokenSource();
        await using var source = new SourceStream(Image(2, length)) { HappensAt = length / 2, Happens = cancellation.Cancel };
        await CaughtAsync(() => Storage.SaveAsync("a.png", source, null, cancellation.Token));

        await Storage.SaveBytesAsync("a.png", Image(3, length));

        await AssertHoldsAsync("a.png", Image(3, length));
    }

    [Test]
    public async Task Read_of_a_stream_with_a_cancelled_token_is_cancelled_and_can_continue()
    {
        await Storage.SaveBytesAsync("large.png", Image(4, 300_000));
        await using var image = await Storage.GetAsync("large.png");

        Assert.That(await CaughtAsync(() => image!.Content.ReadAsync(new byte[10], Cancelled).AsTask()), Is.InstanceOf<OperationCanceledException>());
        Assert.That(await CaughtAsync(() => image!.Content.CopyToAsync(Stream.Null, Cancelled)), Is.InstanceOf<OperationCanceledException>());

        using var bytes = new MemoryStream();
        await image!.Content.CopyToAsync(bytes);
        AssertBytes(bytes.ToArray(), Image(4, 300_000));
    }

    [Test]
    public async Task Enumerate_with_a_cancelled_token_is_cancelled()
    {
        var failure = await CaughtAsync(async () =>
        {
            await foreach (var _ in Storage.EnumerateAsync(cancellationToken: Cancelled))
            {
                Assert.Fail("An image was listed though the token was cancelled.");
            }
        });

        Assert.That(failure, Is.InstanceOf<OperationCanceledException>());
    }

    // Whether the call ended before the cancellation or not: the store holds the complete old or new version.
    [Test]
    public async Task Save_cancelled_at_any_moment_leaves_old_or_new()
    {
        for (var i = 0; i < 15; i++)
        {
            using var cancellation = new CancellationTokenSource();
            var before = await Storage.GetBytesAsync("a.png");
            var image = Image(i, 60_000 + i);
            var save = Storage.SaveBytesAsync("a.png", image, null, cancellation.Token);
            await Threads.RunAsync(1, _ =>
            {
                Thread.SpinWait(i * 2_000);
                return cancellation.CancelAsync();
            });

            var failure = await CaughtAsync(() => save);

            Assert.That(failure, Is.Null.Or.InstanceOf<OperationCanceledException>());
            await AssertHoldsAsync("a.png", failure is null ? image : before!);
        }
    }

    private async Task AssertCancelledAsync(Func<Task> call)
    {
        var before = await StoreSnapshot.TakeAsync(Storage);

        Assert.That(await CaughtAsync(call), Is.InstanceOf<OperationCanceledException>());

        await before.AssertUnchangedAsync(Storage);
        await AssertMissingAsync("new.png");
        Assert.That((await Provider.Documents.ListAsync("c/")).Select(name => name.Value), Is.EqualTo(new[] { "c/a" }));
        Assert.That((await Provider.Documents.GetAsync("c/a"))!.Content.ToArray(), Is.EqualTo(new byte[] { 7 }));
    }
}
