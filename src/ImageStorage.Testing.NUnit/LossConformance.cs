using System.Collections.Concurrent;
using ImageStorage.Providers;
using NUnit.Framework;

namespace ImageStorage.Testing.NUnit;

/// <summary>
/// Tests P7 and P1: while the medium of an open store is missing, every operation is unavailable. No operation reports
/// "not found", an empty list or success, and nothing is written to the location. When the medium returns, the store is
/// unchanged.
/// </summary>
/// <typeparam name="THarness">The harness that opens the provider under test.</typeparam>
[Parallelizable(ParallelScope.Self)]
public abstract class LossConformance<THarness> : ProviderConformance<THarness>
    where THarness : ProviderHarness, new()
{
    private const string Old = "some/folder/old.png";
    private const string Top = "top.png";
    private const string Kept = "v1";
    private static readonly DocumentName Document = "notes/old";

    private protected override string? ReasonToSkip() => Harness.PossibleLosses.Count > 0 ? null : "The harness cannot remove the medium (ProviderHarness.PossibleLosses).";

    private protected override async Task PrepareAsync()
    {
        var old = await SaveAsync(Old, 1);
        await SaveAsync(Top, 2);
        await Provider.Documents.PutAsync(Document, new byte[] { 1, 2 });
        if (Provider.GetAbility<IVersionKeeper>() is { } keeper)
        {
            await keeper.RetainAsync(Kept, Old, old.ETag);
        }
    }

    [Test]
    public async Task Every_operation_on_a_lost_store_is_unavailable([Values] StoreLoss loss)
    {
        await LoseAsync(loss);

        await AssertUnavailableAsync(Provider);

        Assert.That(await Harness.ReturnAsync(), Is.True, "Something was written to the location of the store.");
    }

    // A process that has written holds handles and has created its files; a process that has only read does so now.
    [Test]
    public async Task Provider_that_has_only_read_writes_nothing_into_the_place_of_a_lost_store([Values] StoreLoss loss)
    {
        await ReopenAsync();
        await AssertHoldsAsync(Old, Image(1));
        await LoseAsync(loss);

        await AssertUnavailableAsync(Provider);

        Assert.That(await Harness.ReturnAsync(), Is.True, "Something was written to the location of the store.");
        await AssertIsBackAsync(Provider);
    }

    [Test]
    public async Task Store_that_returns_is_as_it_was_and_takes_writes([Values] StoreLoss loss)
    {
        var before = await StoreSnapshot.TakeAsync(Storage);
        await LoseAsync(loss);
        await AssertUnavailableAsync(Provider);
        await Harness.ReturnAsync();

        await before.AssertUnchangedAsync(Storage);
        await AssertIsBackAsync(Provider);
        await ReopenAsync();
        await AssertHoldsAsync("new/after.png", Image(7));
    }

    // A wrong volume at the mount point: a sound store with images under the same keys.
    [Test]
    public async Task Another_store_in_the_place_of_a_lost_one_is_not_taken_for_it()
    {
        if (!Capabilities.MultiProcess || !Harness.PossibleLosses.Contains(StoreLoss.ReplacedByEmpty))
        {
            Assert.Ignore("A second store cannot be created at the location of the first while the first is open.");
        }

        await Harness.LoseAsync(StoreLoss.ReplacedByEmpty);
        var other = await OpenAnotherAsync();
        var otherStorage = StorageOver(other);
        await otherStorage.SaveBytesAsync(Old, Image(11));
        await otherStorage.SaveBytesAsync(Top, Image(12));
        await other.Documents.PutAsync(Document, new byte[] { 9 });
        var before = await StoreSnapshot.TakeAsync(otherStorage);
        Clock.Advance(TimeSpan.FromMinutes(1));

        await AssertUnavailableAsync(Provider);

        await before.AssertUnchangedAsync(otherStorage);
        Assert.That((await other.Documents.GetAsync(Document))!.Content.ToArray(), Is.EqualTo(new byte[] { 9 }));
        await other.DisposeAsync();
        await Harness.ReturnAsync();
        await AssertHoldsAsync(Old, Image(1));
        await AssertIsBackAsync(Provider);
    }

    [Test]
    public async Task Writes_under_way_while_the_store_is_lost_are_kept_or_fail([Values] StoreLoss loss)
    {
        const int Writers = 6;
        const int Rounds = 8;
        SkipUnlessPossible(loss);
        var acknowledged = new ConcurrentDictionary<string, int>();
        var failures = new ConcurrentBag<Exception>();
        var untouched = true;
        for (var round = 0; round < Rounds; round++)
        {
            using var started = new CountdownEvent(Writers);
            var number = round;
            await Threads.RunAsync(Writers + 1, async thread =>
            {
                if (thread == Writers)
                {
                    started.Wait();
                    await Harness.LoseAsync(loss);
                    return;
                }

                for (var i = 0; i < 12; i++)
                {
                    var key = $"w{thread}/{number}/{i % 3}/{i}.png";
                    if (await CaughtAsync(() => SaveAsync(key, i)) is { } failure)
                    {
                        failures.Add(failure);
                    }
                    else
                    {
                        acknowledged[key] = i;
                    }

                    if (i == 3)
                    {
                        started.Signal();
                    }
                }
            });
            untouched &= await Harness.ReturnAsync();
        }

        Assert.That(untouched, Is.True, "Something was written to the location of the store.");
        Assert.That(failures.Where(failure => failure is not StorageUnavailableException), Is.Empty);
        foreach (var (key, seed) in acknowledged)
        {
            await AssertHoldsAsync(key, Image(seed));
        }

        var listed = new List<string>();
        await foreach (var info in Storage.EnumerateAsync(new ImageQuery { Order = ImageOrder.CreatedDescending, Limit = ImageQuery.MaxLimit }))
        {
            listed.Add(info.Key.Value);
        }

        Assert.That(acknowledged.Keys.Except(listed), Is.Empty, "An acknowledged image is not listed.");
    }

    private void SkipUnlessPossible(StoreLoss loss)
    {
        if (!Harness.PossibleLosses.Contains(loss))
        {
            Assert.Ignore($"The harness does not have the loss {loss}.");
        }
    }

    private async Task LoseAsync(StoreLoss loss)
    {
        SkipUnlessPossible(loss);
        await Harness.LoseAsync(loss);
    }

    private async Task AssertIsBackAsync(IImageProvider provider)
    {
        var storage = StorageOver(provider);
        await AssertHoldsAsync(Old, Image(1), storage);
        Assert.That((await provider.Documents.GetAsync(Document))!.Content.ToArray(), Is.EqualTo(new byte[] { 1, 2 }));
        await AssertMissingAsync("some/missing.png", storage);
        await storage.SaveBytesAsync("new/after.png", Image(7));
        await AssertHoldsAsync("new/after.png", Image(7), storage);
        await provider.CheckAsync();
    }

    private async Task AssertUnavailableAsync(IImageProvider provider)
    {
        var wrong = new List<string>();
        foreach (var (name, call) in Operations(provider))
        {
            var failure = await CaughtAsync(call);
            if (failure is StorageUnavailableException unavailable)
            {
                AssertGivesNothingAway(unavailable.Message);
                Assert.That((unavailable.IsTransient, unavailable.Provider), Is.EqualTo((true, provider.Name)), $"{name}: {unavailable.Message}");
            }
            else
            {
                wrong.Add($"{name}: {failure?.ToString() ?? "no failure"}");
            }
        }

        Assert.That(wrong, Is.Empty, string.Join('\n', wrong));
    }

    private IEnumerable<(string Name, Func<Task> Call)> Operations(IImageProvider provider)
    {
        var storage = StorageOver(provider);
        foreach (var key in (ImageKey[])[Old, Top, "some/missing.png"])
        {
            yield return ($"get {key}", () => storage.GetBytesAsync(key));
            yield return ($"info {key}", () => provider.GetInfoAsync(key));
            yield return ($"exists {key}", () => storage.ExistsAsync(key));
            yield return ($"get if match {key}", () => provider.OpenReadAsync(key, new GetOptions { IfMatch = new ImageETag("another") }));
            yield return ($"update {key}", () => provider.UpdateAsync(key, new RecordUpdate { Tags = ["lost"] }));
            yield return ($"update if match {key}", () => provider.UpdateAsync(key, new RecordUpdate { Tags = ["lost"], Precondition = new IfMatch(new ImageETag("another")) }));
            yield return ($"delete {key}", () => provider.DeleteAsync(key));
            yield return ($"delete if match {key}", () => provider.DeleteAsync(key, new DeleteOptions { Precondition = new IfMatch(new ImageETag("another")) }));
            yield return ($"save {key}", () => storage.SaveBytesAsync(key, Image(5)));
            yield return ($"save if match {key}", () => storage.SaveBytesAsync(key, Image(5), new SaveOptions { Precondition = new IfMatch(new ImageETag("another")) }));
            yield return ($"create {key}", () => storage.SaveBytesAsync(key, Image(5), new SaveOptions { Precondition = IfNoneMatch.Any }));
        }

        foreach (var order in Enum.GetValues<ImageOrder>())
        {
            yield return ($"list {order}", () => provider.ListAsync(new ImageQuery { Order = order }));
            yield return ($"list {order} with a prefix", () => provider.ListAsync(new ImageQuery { Order = order, Prefix = "some/" }));
        }

        yield return ("usage", () => provider.GetUsageAsync());
        yield return ("check", () => provider.CheckAsync());
        foreach (var operation in OtherOperations(provider))
        {
            yield return operation;
        }
    }

    private static IEnumerable<(string Name, Func<Task> Call)> OtherOperations(IImageProvider provider)
    {
        foreach (var name in (DocumentName[])[Document, "notes/missing", "nothing/here"])
        {
            yield return ($"read document {name}", () => provider.Documents.GetAsync(name));
            yield return ($"delete document {name}", () => provider.Documents.DeleteAsync(name));
            yield return ($"write document {name}", () => provider.Documents.PutAsync(name, new byte[] { 5 }));
            yield return ($"replace document {name}", () => provider.Documents.PutAsync(name, new byte[] { 5 }, new DocumentETag("another")));
            yield return ($"list documents {name.Collection}/", () => provider.Documents.ListAsync($"{name.Collection}/"));
        }

        yield return ("list collections", () => provider.Documents.ListCollectionsAsync());
        if (provider.GetAbility<IStorageSpace>() is { } space)
        {
            yield return ("available bytes", () => space.GetAvailableBytesAsync());
        }

        if (provider.GetAbility<IVersionKeeper>() is { } keeper)
        {
            yield return ("keep", () => keeper.RetainAsync("v2", Old, new ImageETag("another")));
            yield return ("restore", () => keeper.RestoreAsync(Kept, Old, null));
            yield return ("restore what is not retained", () => keeper.RestoreAsync("v3", Old, null));
            yield return ("drop", () => keeper.DropAsync(Kept));
            yield return ("record of a retained version", () => keeper.GetRetainedAsync(Kept));
            yield return ("read a retained version", () => keeper.OpenRetainedAsync(Kept));
            yield return ("record of what is not retained", () => keeper.GetRetainedAsync("v3"));
            yield return ("list retained", () => keeper.ListRetainedAsync());
        }

        if (provider.GetAbility<IVerifiableProvider>() is { } verifiable)
        {
            yield return ("verify", () => VerifyAsync(verifiable));
        }
    }

    private static async Task VerifyAsync(IVerifiableProvider provider)
    {
        await foreach (var item in provider.VerifyAsync())
        {
            Assert.That(item.Status, Is.EqualTo(VerificationStatus.Sound), "A lost store is not damaged.");
        }
    }
}
