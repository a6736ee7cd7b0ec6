namespace ImageStorage.Tests.Failover;

/// <summary>The time of creation of an image that is overwritten while only the primary, which is down, knows it.</summary>
internal sealed class CreationTimeTests
{
    private Pair _chain = null!;

    [SetUp]
    public void OpenChain() => _chain = new Pair(3);

    [TearDown]
    public async Task CloseChainAsync() => await _chain.DisposeAsync();

    [Test]
    public async Task Replayed_image_keeps_the_primarys_time_and_the_save_and_reads_report_their_own_only_until_then([Values] bool isFirstFallbackDown, [Values] bool isWrittenAgain)
    {
        var created = (await _chain.SaveAsync("a", 1)).CreatedAt;
        _chain.Clock.Advance(TimeSpan.FromMinutes(1));
        _chain.Primary.GoDown();
        if (isFirstFallbackDown)
        {
            _chain.Fallback.GoDown();
        }

        var handedOff = await _chain.SaveAsync("a", 2);
        if (isWrittenAgain)
        {
            _chain.Clock.Advance(TimeSpan.FromMinutes(1));
            await _chain.SaveAsync("a", 3);
            await _chain.Storage.UpdateAsync("a", new ImageUpdate { Tags = ["x"] });
        }

        Assert.That(handedOff.CreatedAt, Is.EqualTo(created + TimeSpan.FromMinutes(1)), "No available provider knows the other time.");
        Assert.That((await _chain.Storage.GetInfoAsync("a"))!.CreatedAt, Is.EqualTo(handedOff.CreatedAt));

        _chain.Primary.ComeBack();
        _chain.Fallback.ComeBack();
        Assert.That((await _chain.Storage.ListAsync(new ImageQuery())).Items.Single().CreatedAt, Is.EqualTo(created), "A listing is ordered by the primary's time.");
        Assert.That((await _chain.Provider.ReconcileAsync()).Remaining, Is.Zero);

        var replayed = (await _chain.Storage.GetInfoAsync("a"))!;
        Assert.That(replayed.CreatedAt, Is.EqualTo(created));
        Assert.That((await _chain.Storage.ListAsync(new ImageQuery())).Items, Is.EqualTo(new[] { replayed }));
        Assert.That(await _chain.BytesAsync("a"), Is.EqualTo(Pair.Hex(isWrittenAgain ? 3 : 2)));
    }

    [Test]
    public async Task Replayed_image_that_was_deleted_and_saved_again_during_an_outage_is_a_new_image([Values] bool isFirstFallbackDown, [Values] bool isSameContent)
    {
        await _chain.SaveAsync("a", 1);
        _chain.Clock.Advance(TimeSpan.FromMinutes(1));
        _chain.Primary.GoDown();
        if (isFirstFallbackDown)
        {
            _chain.Fallback.GoDown();
        }

        await _chain.Storage.DeleteAsync("a");
        _chain.Clock.Advance(TimeSpan.FromMinutes(1));
        var handedOff = await _chain.SaveAsync("a", isSameContent ? 1 : 2);
        _chain.Primary.ComeBack();
        _chain.Fallback.ComeBack();
        Assert.That((await _chain.Storage.ListAsync(new ImageQuery())).Items.Single().CreatedAt, Is.EqualTo(handedOff.CreatedAt), "The replay does not move the image.");
        Assert.That((await _chain.Provider.ReconcileAsync()).Remaining, Is.Zero);

        Assert.That((await _chain.Storage.GetInfoAsync("a"))!.CreatedAt, Is.EqualTo(handedOff.CreatedAt));
    }
}
