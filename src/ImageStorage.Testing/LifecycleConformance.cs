using ImageStorage.Errors;
using NUnit.Framework;

namespace ImageStorage.Testing;

/// <summary>The provider as an object: name, capabilities, abilities, check, disposal.</summary>
/// <typeparam name="THarness">How to open the provider under test.</typeparam>
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
        Assert.That(Capabilities.MaxContentLength, Is.Null.Or.GreaterThan(1_000_000), "Images of a megabyte are the least that is useful.");
        Assert.That(Capabilities.MaxMetadataBytes, Is.GreaterThanOrEqualTo(4_096));
        Assert.That(Capabilities.NativeOrders, Is.Unique.And.All.Matches<Listing.ImageOrder>(Enum.IsDefined));
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
    public async Task Check_passes_and_leaves_nothing_behind()
    {
        var before = await StoreSnapshot.TakeAsync(Storage);

        await Provider.CheckAsync();

        await before.AssertUnchangedAsync(Storage);
        Assert.That(await Provider.Documents.ListAsync("probes/"), Is.Empty);
    }

    // A container disposes what it made, and so does the manager that holds it.
    [Test]
    public async Task Dispose_may_be_called_again_in_either_way()
    {
        await SaveAsync("a.png");

        await Provider.DisposeAsync();
#pragma warning disable CA1849
        Provider.Dispose();
#pragma warning restore CA1849
        await Provider.DisposeAsync();
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

    /// <summary>An ability that no provider has.</summary>
    private interface IDisposableAbility;
}
