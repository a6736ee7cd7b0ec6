using ImageStorage.Providers;
using ImageStorage.Testing;

namespace ImageStorage.Tests.Failover;

/// <summary>Images that are longer than the primary takes: 200,000 bytes here, 400,000 on the first fallback, any number on the last.</summary>
internal sealed class SizeRoutingTests
{
    private static readonly byte[] Small = SampleImages.OfLength(1_000, 1);
    private static readonly byte[] Large = SampleImages.OfLength(300_000, 2);
    private static readonly byte[] Huge = SampleImages.OfLength(700_000, 3);

    private Pair _chain = null!;

    private Side First => _chain.Sides[0];

    private Side Second => _chain.Sides[1];

    private Side Third => _chain.Sides[2];

    [SetUp]
    public void OpenChain()
    {
        var options = Pair.NewOptions();
        options.Oversized = OversizedImages.NextProvider;
        _chain = new Pair(3, false, options, 200_000, 400_000);
    }

    [TearDown]
    public async Task CloseChainAsync() => await _chain.DisposeAsync();

    [Test]
    public async Task Without_the_option_it_is_refused_and_nothing_is_tried()
    {
        _chain.Options.Oversized = OversizedImages.Refuse;
        _chain.Restart();
        foreach (var side in _chain.Sides)
        {
            side.Fault = call => call.Operation is nameof(IImageProvider.PutAsync) ? throw new AssertionException("It was tried.") : null;
        }

        Assert.That(() => _chain.Storage.SaveBytesAsync("a", Large), Throws.TypeOf<ImageValidationException>().With.Message.Contains("200000"));
        Assert.That(_chain.Storage.Capabilities.MaxLength, Is.EqualTo(200_000));
    }

    [Test]
    public async Task It_goes_to_the_next_provider_that_takes_it_and_is_an_image_like_any_other()
    {
        Assert.That(_chain.Storage.Capabilities.Provider.MaxContentLength, Is.EqualTo(Array.MaxLength));
        await _chain.Storage.SaveBytesAsync("small", Small);
        var large = await _chain.Storage.SaveBytesAsync("large", Large, new SaveOptions { FileName = "l.png", Tags = ["x"] });
        await _chain.Storage.SaveBytesAsync("huge", Huge);

        Assert.That(await Second.KeysAsync(), Has.Count.EqualTo(1));
        Assert.That(await Third.KeysAsync(), Has.Count.EqualTo(1));
        Assert.That((large.Length, large.Encoding, large.FileName), Is.EqualTo((300_000L, (ImageEncoding?)null, "l.png")));
        Assert.That(await _chain.Storage.GetInfoAsync("large"), Is.EqualTo(large));
        await HasAsync("large", Large);
        await HasAsync("huge", Huge);
        var listed = (await _chain.Storage.ListAsync(new ImageQuery { Order = ImageOrder.KeyAscending })).Items;
        Assert.That(listed.Select(info => (info.Key.Value, info.Length, info.Encoding)), Is.EqualTo(new[] { ("huge", 700_000L, (ImageEncoding?)null), ("large", 300_000L, null), ("small", 1_000L, null) }));
        Assert.That(await _chain.Storage.GetUsageAsync() is { Count: 3, Bytes: 1_001_000 }, Is.True);
        Assert.That(await _chain.Provider.GetStatusAsync(), Is.EqualTo(new FailoverStatus(FailoverState.Healthy, "First", [new FallbackStatus("Second", 0), new FallbackStatus("Third", 0)])), "It waits for nothing.");
        await _chain.Provider.ReconcileAsync();
        _chain.Restart();
        await HasAsync("large", Large);
    }

    [Test]
    public async Task Ranges_and_versions_are_read_as_of_any_other_image()
    {
        var saved = await _chain.Storage.SaveBytesAsync("a", Large);

        await using (var part = (await _chain.Storage.GetAsync("a", new GetOptions { Range = new ByteRange(250_000, 10), IfMatch = saved.ETag }))!)
        {
            using var bytes = new MemoryStream();
            await part.Content.CopyToAsync(bytes);
            Assert.That(bytes.ToArray(), Is.EqualTo(Large.AsSpan(250_000, 10).ToArray()));
        }

        Assert.That(() => _chain.Storage.GetAsync("a", new GetOptions { Range = new ByteRange(400_000, 10) }), Throws.TypeOf<ImageValidationException>());
        await _chain.Storage.SaveBytesAsync("a", Large);
        Assert.That(() => _chain.Storage.GetAsync("a", new GetOptions { Range = new ByteRange(0, 10), IfMatch = saved.ETag }), Throws.TypeOf<ImageConflictException>());
        Assert.That(() => _chain.Storage.GetAsync("a", new GetOptions { IfMatch = saved.ETag }), Throws.TypeOf<ImageConflictException>());
    }

    [Test]
    public async Task Overwrites_and_deletes_move_it_and_leave_no_bytes()
    {
        await _chain.Storage.SaveBytesAsync("a", Large);
        await _chain.Storage.SaveBytesAsync("a", Huge);
        Assert.That((await Second.KeysAsync()).Count + (await Third.KeysAsync()).Count, Is.EqualTo(1));
        await HasAsync("a", Huge);
        await _chain.Storage.UpdateAsync("a", new ImageUpdate { Tags = ["x"] });
        await HasAsync("a", Huge);

        await _chain.Storage.SaveBytesAsync("a", Small);
        Assert.That((await Second.KeysAsync()).Count + (await Third.KeysAsync()).Count, Is.Zero, "It is the primary's own again.");
        await HasAsync("a", Small);

        await _chain.Storage.SaveBytesAsync("a", Large);
        Assert.That(await _chain.Storage.DeleteAsync("a"), Is.True);
        Assert.That((await Second.KeysAsync()).Count + (await First.KeysAsync()).Count, Is.Zero);
        Assert.That(await _chain.Storage.DeleteAsync("a"), Is.False);
    }

    [Test]
    public async Task Preconditions_are_judged_by_the_primary_and_a_refused_save_leaves_no_bytes()
    {
        var saved = await _chain.Storage.SaveBytesAsync("a", Large, new SaveOptions { Precondition = IfNoneMatch.Any });

        Assert.That(() => _chain.Storage.SaveBytesAsync("a", Huge, new SaveOptions { Precondition = IfNoneMatch.Any }), Throws.TypeOf<ImageConflictException>());
        await _chain.Storage.SaveBytesAsync("a", Huge, new SaveOptions { Precondition = new IfMatch(saved.ETag) });
        Assert.That(() => _chain.Storage.SaveBytesAsync("a", Large, new SaveOptions { Precondition = new IfMatch(saved.ETag) }), Throws.TypeOf<ImageConflictException>());
        Assert.That(() => _chain.Storage.DeleteAsync("a", new DeleteOptions { Precondition = new IfMatch(saved.ETag) }), Throws.TypeOf<ImageConflictException>());

        await HasAsync("a", Huge);
        Assert.That((await Second.KeysAsync()).Count + (await Third.KeysAsync()).Count, Is.EqualTo(1));
    }

    [Test]
    public async Task Source_of_unknown_length_finds_its_provider_while_it_is_read()
    {
        foreach (var (key, image) in new (ImageKey, byte[])[] { ("small", Small), ("large", Large), ("huge", Huge) })
        {
            await using var source = new SourceStream(image);
            await _chain.Storage.SaveAsync(key, source);
            await HasAsync(key, image);
        }

        Assert.That((await Second.KeysAsync()).Count, Is.EqualTo(1));
        Assert.That((await Third.KeysAsync()).Count, Is.EqualTo(1));
    }

    [Test]
    public async Task Source_of_unknown_length_that_cannot_be_kept_is_refused_with_the_remedy_and_nothing_is_stored()
    {
        _chain.Options.SpoolLimit = 1_000;
        await using var source = new SourceStream(Large);

        Assert.That(() => _chain.Storage.SaveAsync("a", source), Throws.TypeOf<ImageValidationException>().With.Message.Contains("SpoolLimit").And.Message.Contains("ContentLength"));

        Assert.That(await _chain.Storage.GetInfoAsync("a"), Is.Null);
        await using var declared = new SourceStream(Large);
        await _chain.Storage.SaveAsync("a", declared, new SaveOptions { ContentLength = Large.Length });
        await HasAsync("a", Large);
    }

    [Test]
    public async Task Crash_before_the_record_leaves_what_was_there_and_bytes_that_are_swept([Values] bool isEarlier)
    {
        await _chain.Storage.SaveBytesAsync("a", Small);
        await _chain.Storage.SaveBytesAsync("kept", Large);
        First.Fault = call => call is { Operation: nameof(IImageProvider.PutAsync), HasTakenEffect: false } ? new ProcessEndedException() : null;
        Assert.That(() => _chain.Storage.SaveBytesAsync("a", isEarlier ? Large : Huge), Throws.TypeOf<ProcessEndedException>());
        _chain.Restart();
        First.ComeBack();
        await HasAsync("a", Small);

        await _chain.Provider.ReconcileAsync();
        Assert.That((await Second.KeysAsync()).Count + (await Third.KeysAsync()).Count, Is.EqualTo(2), "A save under way would need them.");
        _chain.Clock.Advance(TimeSpan.FromHours(25));
        await _chain.Provider.ReconcileAsync();

        Assert.That((await Second.KeysAsync()).Count + (await Third.KeysAsync()).Count, Is.EqualTo(1));
        await HasAsync("kept", Large);
    }

    [Test]
    public async Task Crash_behind_the_record_leaves_the_save_done()
    {
        await _chain.Storage.SaveBytesAsync("a", Huge);
        First.Fault = call => call is { Operation: nameof(IImageProvider.PutAsync), HasTakenEffect: true } ? new ProcessEndedException() : null;

        Assert.That(() => _chain.Storage.SaveBytesAsync("a", Large), Throws.TypeOf<ProcessEndedException>());

        _chain.Restart();
        First.ComeBack();
        await HasAsync("a", Large);
        _chain.Clock.Advance(TimeSpan.FromHours(25));
        await _chain.Provider.ReconcileAsync();
        Assert.That(await Third.KeysAsync(), Is.Empty);
        await HasAsync("a", Large);
    }

    [Test]
    public async Task Fallback_with_the_bytes_that_is_down_is_no_outage_of_the_primary_and_the_next_takes_new_ones()
    {
        await _chain.Storage.SaveBytesAsync("a", Large);
        await _chain.Storage.SaveBytesAsync("small", Small);
        Second.GoDown();

        var failure = await Pair.UnavailableAsync(() => _chain.Storage.GetBytesAsync("a"));

        Assert.That(failure.Message, Does.Contain("Second is down"));
        Assert.That((await _chain.Provider.GetStatusAsync()).State, Is.EqualTo(FailoverState.Healthy));
        Assert.That(await _chain.Storage.GetInfoAsync("a"), Is.Not.Null);
        await HasAsync("small", Small);
        await _chain.Storage.SaveBytesAsync("b", Large);
        await HasAsync("b", Large);
        await _chain.Storage.SaveBytesAsync("a", Small);
        await HasAsync("a", Small);
        Second.ComeBack();
        _chain.Clock.Advance(TimeSpan.FromHours(25));
        await _chain.Provider.ReconcileAsync();
        Assert.That(await Second.KeysAsync(), Is.Empty, "What could not be deleted then is swept.");
    }

    [Test]
    public async Task It_is_unavailable_when_nobody_that_takes_it_answers()
    {
        await _chain.Storage.SaveBytesAsync("small", Small);
        Second.GoDown();
        Third.GoDown();

        var failure = await Pair.UnavailableAsync(() => _chain.Storage.SaveBytesAsync("a", Large));

        Assert.That(failure.Message, Does.Contain("nothing was stored"));
        Assert.That(await _chain.Storage.GetInfoAsync("a"), Is.Null);
    }

    [Test]
    public async Task Handed_off_while_the_primary_is_down_it_is_settled_where_it_stays()
    {
        await _chain.Storage.SaveBytesAsync("a", Small);
        First.GoDown();
        await _chain.Storage.SaveBytesAsync("a", Large);
        await _chain.Storage.SaveBytesAsync("b", Huge);
        await HasAsync("a", Large);
        Assert.That(await Third.NotesAsync(), Is.EqualTo(1), "Only the last takes it.");
        First.ComeBack();

        Assert.That((await _chain.Provider.ReconcileAsync()).Remaining, Is.Zero);

        await HasAsync("a", Large);
        await HasAsync("b", Huge);
        Assert.That(await Second.KeysAsync(), Has.Count.EqualTo(1).And.All.StartsWith("failover-routed/"));
        Assert.That(await Third.KeysAsync(), Has.Count.EqualTo(1).And.All.StartsWith("failover-routed/"));
    }

    [Test]
    public async Task Lost_bytes_are_damage_and_never_an_empty_image()
    {
        await _chain.Storage.SaveBytesAsync("a", Large);
        await Second.Store.DeleteAsync((await Second.KeysAsync()).Single());

        Assert.That(() => _chain.Storage.GetBytesAsync("a"), Throws.TypeOf<ImageCorruptedException>());
    }

    [Test]
    public async Task Store_that_no_longer_looks_there_says_so_and_gives_no_empty_image()
    {
        await _chain.Storage.SaveBytesAsync("a", Large);
        _chain.Options.Oversized = OversizedImages.Refuse;
        _chain.Restart();

        Assert.That(() => _chain.Storage.GetBytesAsync("a"), Throws.TypeOf<StorageNotSupportedException>().With.Message.Contains("Oversized"));
    }

    private async Task HasAsync(ImageKey key, byte[] image)
    {
        await using var stored = (await _chain.Storage.GetAsync(key))!;
        using var bytes = new MemoryStream();
        await stored.Content.CopyToAsync(bytes);
        Assert.That(bytes.ToArray().AsSpan().SequenceEqual(image), Is.True, $"The bytes of '{key}'.");
        Assert.That(stored.Info.Digest, Is.EqualTo(PieceContent.DigestOf(image)));
    }
}
