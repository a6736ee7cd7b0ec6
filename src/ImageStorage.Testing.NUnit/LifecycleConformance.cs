using ImageStorage.Providers;
using NUnit.Framework;

namespace ImageStorage.Testing.NUnit;

/// <summary>Tests the provider as an object: name, capabilities, abilities, check, disposal.</summary>
/// <typeparam name="THarness">The harness that opens the provider under test.</typeparam>
[Parallelizable(ParallelScope.Self)]
public abstract class LifecycleConformance<THarness> : ProviderConformance<THarness>
    where THarness : ProviderHarness, new()
{
    [Test]
    public void Name_is_short_and_stable()
    {
        Assert.That(Provider.Name, Is.EqualTo(Provider.Name).And.Not.Empty);
        Assert.That(Provider.Name, Has.Length.LessThan(40));
        Assert.That(Provider.Name.All(char.IsLetterOrDigit), Is.True, "The name is a tag of metrics.");
    }

    [Test]
    public void ToString_names_the_provider_and_gives_nothing_away()
    {
        Assert.That(Provider.ToString(), Does.Contain(Provider.Name));
        AssertGivesNothingAway(Provider.ToString()!);
    }

    [Test]
    public void Capabilities_are_possible_and_do_not_change()
    {
        Assert.That(Provider.Capabilities, Is.EqualTo(Provider.Capabilities));
        Assert.That(Capabilities.MaxContentLength, Is.Null.Or.GreaterThan(1_000_000), "A provider must accept images of a megabyte.");
        Assert.That(Capabilities.MaxMetadataBytes, Is.GreaterThanOrEqualTo(4_096));
        Assert.That(Capabilities.NativeOrders, Is.Unique.And.All.Matches<ImageOrder>(Enum.IsDefined));
    }

    [Test]
    public void Store_shows_the_capabilities_of_the_provider()
    {
        Assert.That(Storage.Capabilities.Provider, Is.EqualTo(Capabilities));
        Assert.That(Storage.Capabilities.MaxLength, Is.LessThanOrEqualTo(Capabilities.MaxContentLength ?? long.MaxValue));
    }

    [Test]
    public void Ability_that_the_provider_does_not_have_is_null() => Assert.That(Provider.GetAbility<IDisposableAbility>(), Is.Null);

    [Test]
    public async Task Check_passes_and_leaves_no_files()
    {
        var before = await StoreSnapshot.TakeAsync(Storage);

        await Provider.CheckAsync();

        await before.AssertUnchangedAsync(Storage);
        Assert.That(await Provider.Documents.ListAsync("probes/"), Is.Empty);
    }

    // A container disposes the provider that it created, and so does the manager that owns the provider.
    [Test]
    public async Task Dispose_may_be_called_again_in_either_way()
    {
        await SaveAsync("a.png");

        await Provider.DisposeAsync();
        // The second call is the synchronous one.
#pragma warning disable CA1849
        Provider.Dispose();
#pragma warning restore CA1849
        await Provider.DisposeAsync();
    }

    [Test, Description("P1: a call after the disposal is refused, never acknowledged, and never reports \"not found\".")]
    public async Task Every_call_after_the_disposal_throws_ObjectDisposedException()
    {
        await SaveAsync("a.png");
        await Provider.Documents.PutAsync("c/a", new byte[] { 1 });
        var (storage, provider) = (Storage, Provider);
        await provider.DisposeAsync();

        var wrong = new List<string>();
        foreach (var (name, call) in CallsOn(storage, provider))
        {
            if (await CaughtAsync(call) is not ObjectDisposedException and var failure)
            {
                wrong.Add($"{name}: {failure?.ToString() ?? "no failure"}");
            }
        }

        Assert.That(wrong, Is.Empty, string.Join('\n', wrong));
    }

    [Test]
    public async Task Every_call_of_a_store_after_its_disposal_throws_ObjectDisposedException()
    {
        await SaveAsync("a.png");
        var storage = StorageOver(Provider);
        await storage.DisposeAsync();

        foreach (var (name, call) in CallsOn(storage, Provider).Where(call => call.Name.StartsWith("store:", StringComparison.Ordinal)))
        {
            Assert.That(await CaughtAsync(call), Is.InstanceOf<ObjectDisposedException>(), name);
        }
    }

    [Test]
    public async Task Failures_name_the_provider()
    {
        await SaveAsync("a.png");

        var failure = await AssertFailsAsync<ImageConflictException>("a.png", () => Provider.DeleteAsync("a.png", new DeleteOptions { Precondition = new IfMatch(new ImageETag("another")) }));

        Assert.That(failure.Provider, Is.EqualTo(Provider.Name));
        Assert.That(failure.Message, Does.Contain(Provider.Name));
    }

    [Test]
    public async Task Two_stores_of_one_kind_share_nothing()
    {
        await using var otherHarness = new THarness();
        await using var otherProvider = await otherHarness.OpenAsync(Clock);
        await SaveAsync("a.png", 1);
        await Provider.Documents.PutAsync("c/a", new byte[] { 1 });

        await AssertMissingAsync("a.png", StorageOver(otherProvider));
        Assert.That(await otherProvider.Documents.GetAsync("c/a"), Is.Null);
    }

    private static IEnumerable<(string Name, Func<Task> Call)> CallsOn(IImageStorage storage, IImageProvider provider)
    {
        yield return ("store: save", () => storage.SaveBytesAsync("b.png", Image(1)));
        foreach (var key in (ImageKey[])["a.png", "missing.png"])
        {
            yield return ($"store: get {key}", () => storage.GetAsync(key));
            yield return ($"store: info {key}", () => storage.GetInfoAsync(key));
            yield return ($"store: update {key}", () => storage.UpdateAsync(key, new ImageUpdate { Tags = ["t"] }));
            yield return ($"store: delete {key}", () => storage.DeleteAsync(key));
            yield return ($"put {key}", () => provider.PutAsync(PutOf(key, Image(1))));
            yield return ($"read {key}", () => provider.OpenReadAsync(key));
            yield return ($"info {key}", () => provider.GetInfoAsync(key));
        }

        foreach (var order in Enum.GetValues<ImageOrder>())
        {
            yield return ($"store: list {order}", () => storage.ListAsync(new ImageQuery { Order = order }));
        }

        yield return ("store: usage", () => storage.GetUsageAsync());
        yield return ("check", () => provider.CheckAsync());
        foreach (var name in (DocumentName[])["c/a", "c/missing"])
        {
            yield return ($"read document {name}", () => provider.Documents.GetAsync(name));
            yield return ($"write document {name}", () => provider.Documents.PutAsync(name, new byte[] { 2 }));
            yield return ($"delete document {name}", () => provider.Documents.DeleteAsync(name));
        }

        yield return ("list documents", () => provider.Documents.ListAsync("c/"));
        yield return ("list collections", () => provider.Documents.ListCollectionsAsync());
        if (provider.GetAbility<IStorageSpace>() is { } space)
        {
            yield return ("available bytes", () => space.GetAvailableBytesAsync());
        }

        if (provider.GetAbility<IVersionKeeper>() is { } keeper)
        {
            yield return ("keep", () => keeper.RetainAsync("v1", "a.png", new ImageETag("another")));
            yield return ("restore", () => keeper.RestoreAsync("v1", "a.png", null));
            yield return ("drop", () => keeper.DropAsync("v1"));
            yield return ("record of a retained version", () => keeper.GetRetainedAsync("v1"));
            yield return ("read a retained version", () => keeper.OpenRetainedAsync("v1"));
            yield return ("list retained", () => keeper.ListRetainedAsync());
        }

        if (provider.GetAbility<IAtomicProvider>() is { } atomic)
        {
            yield return ("commit", () => atomic.CommitAsync([new AtomicDocument("c/b", new byte[] { 3 })]));
        }

        if (provider.GetAbility<IVerifiableProvider>() is { } verifiable)
        {
            yield return ("verify", async () => await verifiable.VerifyAsync().GetAsyncEnumerator().MoveNextAsync());
        }
    }

    /// <summary>An ability that no provider has.</summary>
    private interface IDisposableAbility;
}
