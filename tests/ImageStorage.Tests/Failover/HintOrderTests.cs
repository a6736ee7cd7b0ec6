using ImageStorage.Providers;

namespace ImageStorage.Tests.Failover;

/// <summary>What is left when a write on a fallback, or its replay, ends in the middle (P1).</summary>
internal sealed class HintOrderTests
{
    private Pair _pair = null!;

    [SetUp]
    public void OpenPair() => _pair = new Pair(isShared: true);

    [TearDown]
    public async Task ClosePairAsync() => await _pair.DisposeAsync();

    [Test]
    public async Task Payload_stays_until_the_hint_of_the_next_version_is_written([Values] bool isUpdate)
    {
        _pair.Primary.GoDown();
        await _pair.SaveAsync("a", 1);
        _pair.Fallback.Fault = call => call is { Operation: ProviderOperation.PutDocument, HasTakenEffect: false } ? new ProcessEndedException() : null;

        Assert.That(() => isUpdate ? _pair.Storage.UpdateAsync("a", new ImageUpdate { Tags = ["x"] }) : _pair.SaveAsync("a", 2), Throws.TypeOf<ProcessEndedException>());

        _pair.Restart();
        _pair.Fallback.ComeBack();
        Assert.That(await _pair.BytesAsync("a"), Is.EqualTo(Pair.Hex(1)));
    }

    [Test]
    public async Task Payload_stays_until_the_tombstone_is_written()
    {
        _pair.Primary.GoDown();
        await _pair.SaveAsync("a", 1);
        _pair.Fallback.Fault = call => call is { Operation: ProviderOperation.PutDocument, HasTakenEffect: false } ? new ProcessEndedException() : null;

        Assert.That(() => _pair.Storage.DeleteAsync("a"), Throws.TypeOf<ProcessEndedException>());

        _pair.Restart();
        _pair.Fallback.ComeBack();
        Assert.That(await _pair.BytesAsync("a"), Is.EqualTo(Pair.Hex(1)));
    }

    [Test]
    public async Task Payload_of_a_replayed_image_stays_until_its_hint_is_gone()
    {
        _pair.Primary.GoDown();
        await _pair.SaveAsync("a", 1);
        _pair.Primary.ComeBack();
        _pair.Fallback.Fault = call => call is { Operation: ProviderOperation.DeleteDocument, HasTakenEffect: false } ? new ProcessEndedException() : null;

        Assert.That(() => _pair.Provider.ReconcileAsync(), Throws.TypeOf<ProcessEndedException>());

        _pair.Restart();
        _pair.Fallback.ComeBack();
        Assert.That(await _pair.BytesAsync("a"), Is.EqualTo(Pair.Hex(1)));
        Assert.That((await _pair.Provider.ReconcileAsync()).Remaining, Is.Zero);
        Assert.That(await _pair.BytesAsync("a"), Is.EqualTo(Pair.Hex(1)));
    }

    [Test]
    public async Task Write_that_is_cancelled_after_its_commit_is_acknowledged_as_done()
    {
        _pair.Primary.GoDown();
        await _pair.SaveAsync("a", 1);
        using var giving = new CancellationTokenSource();
        _pair.Fallback.Fault = call =>
        {
            if (call is { Operation: ProviderOperation.PutDocument, HasTakenEffect: true })
            {
                giving.Cancel();
            }

            return null;
        };

        await _pair.Storage.SaveBytesAsync("a", Pair.Image(2), null, giving.Token);

        Assert.That(giving.IsCancellationRequested, Is.True);
        Assert.That(await _pair.BytesAsync("a"), Is.EqualTo(Pair.Hex(2)));
        Assert.That(await _pair.Fallback.KeysAsync(), Has.Count.EqualTo(1), "The bytes of the version before were left.");
    }

    [Test]
    public async Task Write_that_is_cancelled_before_its_commit_changes_nothing()
    {
        _pair.Primary.GoDown();
        await _pair.SaveAsync("a", 1);
        using var giving = new CancellationTokenSource();
        _pair.Fallback.Fault = call =>
        {
            if (call is { Operation: ProviderOperation.Put, HasTakenEffect: true })
            {
                giving.Cancel();
            }

            return null;
        };

        Assert.That(() => _pair.Storage.SaveBytesAsync("a", Pair.Image(2), null, giving.Token), Throws.InstanceOf<OperationCanceledException>());

        _pair.Fallback.ComeBack();
        Assert.That(await _pair.BytesAsync("a"), Is.EqualTo(Pair.Hex(1)));
    }
}
