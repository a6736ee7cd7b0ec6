using ImageStorage.Failover;
using ImageStorage.Providers;
using ImageStorage.Testing;

namespace ImageStorage.Tests.Failover;

/// <summary>What stands when a write of an image whose bytes are on a fallback ends in the middle (P1): bytes go only behind the record that names them.</summary>
internal sealed class RoutedOrderTests
{
    private const int MostBytes = 2_000;

    private Pair _pair = null!;

    [SetUp]
    public void OpenPair()
    {
        var options = Pair.NewOptions();
        options.Oversized = OversizedImages.NextProvider;
        _pair = new Pair(2, false, options, MostBytes);
    }

    [TearDown]
    public async Task ClosePairAsync() => await _pair.DisposeAsync();

    [Test]
    public async Task Bytes_of_a_routed_image_stay_until_the_record_of_its_next_version_stands([Values] bool isNextLarge, [Values] bool isLengthKnown, [Values] bool isCrash)
    {
        await _pair.Storage.SaveBytesAsync("a", Large(1));
        _pair.Primary.Fault = call => call is { Operation: nameof(IImageProvider.PutAsync), HasTakenEffect: false } ? Failure(isCrash) : null;
        var next = isNextLarge ? Large(2) : Pair.Image(2);

        Assert.That(() => SaveAsync(next, isLengthKnown), Throws.TypeOf(Failure(isCrash).GetType()));

        await AssertHoldsAsync(Large(1));
        await _pair.Storage.SaveBytesAsync("a", next);
        await AssertHoldsAsync(next);
    }

    [Test]
    public async Task Bytes_of_a_routed_image_stay_until_its_record_is_deleted([Values] bool isConditional, [Values] bool isCrash)
    {
        var saved = await _pair.Storage.SaveBytesAsync("a", Large(1));
        _pair.Primary.Fault = call => call is { Operation: nameof(IImageProvider.DeleteAsync), HasTakenEffect: false } ? Failure(isCrash) : null;

        Assert.That(() => _pair.Storage.DeleteAsync("a", isConditional ? new DeleteOptions { Precondition = new IfMatch(saved.ETag) } : null), Throws.TypeOf(Failure(isCrash).GetType()));

        await AssertHoldsAsync(Large(1));
    }

    [Test]
    public async Task Bytes_of_a_save_whose_record_stands_stay_though_its_answer_was_lost()
    {
        var saved = await _pair.Storage.SaveBytesAsync("a", Large(1));
        _pair.Primary.Fault = call => call is { Operation: nameof(IImageProvider.PutAsync), HasTakenEffect: true } ? _pair.Primary.Failure() : null;

        await Pair.UnavailableAsync(() => _pair.Storage.SaveBytesAsync("a", Large(2), new SaveOptions { Precondition = new IfMatch(saved.ETag) }));

        await AssertHoldsAsync(Large(2));
    }

    [Test]
    public async Task Save_that_finds_its_own_record_in_its_way_is_done_and_keeps_its_bytes()
    {
        var saved = await _pair.Storage.SaveBytesAsync("a", Large(1));

        // What a provider says that repeats a request whose answer was lost.
        _pair.Primary.Fault = call => call is { Operation: nameof(IImageProvider.PutAsync), HasTakenEffect: true } ? ImageConflictException.For("a", "First", saved.ETag) : null;

        await _pair.Storage.SaveBytesAsync("a", Large(2), new SaveOptions { Precondition = new IfMatch(saved.ETag) });

        await AssertHoldsAsync(Large(2));
        Assert.That(await _pair.Fallback.KeysAsync(), Has.Count.EqualTo(1), "The bytes of the version before were left.");
    }

    [Test]
    public async Task Bytes_of_a_routed_image_stay_while_a_handed_off_version_is_settled_up_to_its_record()
    {
        await _pair.Storage.SaveBytesAsync("a", Large(1));
        _pair.Primary.GoDown();
        await _pair.Storage.SaveBytesAsync("a", Large(2));
        _pair.Primary.Fault = call => call is { Operation: nameof(IImageProvider.PutAsync), HasTakenEffect: false } ? new ProcessEndedException() : null;
        Assert.That(() => _pair.Provider.ReconcileAsync(), Throws.TypeOf<ProcessEndedException>());
        _pair.Primary.ComeBack();

        // What the primary alone says, with the bytes that its record names.
        var record = RoutedReference.In(await _pair.Primary.Store.GetInfoAsync("a"))!.Value;

        Assert.That((await _pair.Fallback.Store.GetInfoAsync(record.Key))?.Digest, Is.EqualTo(PieceContent.DigestOf(Large(1))));
        await AssertHoldsAsync(Large(2));
    }

    private static byte[] Large(int seed) => SampleImages.OfLength(MostBytes + 1_000, seed);

    private static Exception Failure(bool isCrash) => isCrash ? new ProcessEndedException() : new StorageFullException("There is no room.") { Provider = "First" };

    private async Task SaveAsync(byte[] image, bool isLengthKnown)
    {
        await using var source = new SourceStream(image);
        await _pair.Storage.SaveAsync("a", source, isLengthKnown ? new SaveOptions { ContentLength = image.Length } : null);
    }

    /// <summary>As the next process finds it.</summary>
    private async Task AssertHoldsAsync(byte[] expected)
    {
        _pair.Primary.ComeBack();
        _pair.Restart();
        Assert.That(await _pair.BytesAsync("a"), Is.EqualTo(Convert.ToHexString(expected)));
    }
}
