using ImageStorage.History;
using ImageStorage.Providers;
using Microsoft.Extensions.Time.Testing;

namespace ImageStorage.Tests.Failover;

/// <summary>The history of a store with fallbacks: entries are taken while the primary is down, and none is lost or doubled on the way to it (P1, P7).</summary>
internal sealed class HistoryFailoverTests
{
    private Pair _pair = null!;

    private ImageHistory History => new(_pair.Provider, _pair.Clock);

    [SetUp]
    public void OpenPair() => _pair = new Pair();

    [TearDown]
    public async Task ClosePairAsync() => await _pair.DisposeAsync();

    [Test]
    public async Task Entry_appended_while_the_primary_is_down_is_listed_when_it_is_back_and_then_replayed()
    {
        await AppendAsync("before");
        _pair.Primary.GoDown();
        var appended = await AppendAsync("during");
        _pair.Restart();
        _pair.Primary.ComeBack();

        Assert.That(await ModesAsync(), Is.EqualTo(new[] { "during", "before" }));
        Assert.That((await _pair.Provider.GetStatusAsync()).Hints, Is.EqualTo(1));
        var result = await _pair.Provider.ReconcileAsync();

        Assert.That((result.Replayed, result.Remaining), Is.EqualTo((1, 0)));
        Assert.That((await _pair.Provider.GetStatusAsync()).State, Is.EqualTo(FailoverState.Healthy));
        Assert.That((await new ImageHistory(_pair.Primary.Store, _pair.Clock).ListAsync(new HistoryQuery())).Items[0], Is.EqualTo(appended));
        Assert.That(await _pair.Fallback.Store.Documents.ListAsync("failover/"), Is.Empty);
    }

    [Test]
    public async Task Listing_while_the_primary_is_down_is_unavailable_and_not_incomplete()
    {
        await AppendAsync("before");
        _pair.Primary.GoDown();
        await AppendAsync("during");

        var failure = await Pair.UnavailableAsync(() => History.ListAsync(new HistoryQuery()));

        Assert.That(failure.Message, Does.Contain("First is down"));
    }

    [Test]
    public async Task Listing_while_a_fallback_with_entries_is_down_is_unavailable_and_not_incomplete()
    {
        _pair.Primary.GoDown();
        await AppendAsync("during");
        _pair.Primary.ComeBack();
        _pair.Fallback.GoDown();

        Assert.That((await Pair.UnavailableAsync(() => History.ListAsync(new HistoryQuery()))).Message, Does.Contain("Second is down"));
        Assert.That((await AppendAsync("later")).Id, Is.Not.Null, "The primary accepts entries.");
        _pair.Fallback.ComeBack();
        Assert.That(await ModesAsync(), Is.EqualTo(new[] { "later", "during" }));
    }

    [Test]
    public async Task History_on_a_fallback_is_among_the_collections_and_collections_of_the_fallback_are_not()
    {
        await _pair.Provider.Documents.PutAsync("notes/a", default);
        await _pair.Provider.Documents.PutAsync("a-notes/a", default);
        _pair.Primary.GoDown();
        await AppendAsync("during");
        Assert.That((await Pair.UnavailableAsync(() => _pair.Provider.Documents.ListCollectionsAsync())).Message, Does.Contain("First is down"));
        _pair.Primary.ComeBack();

        Assert.That(await OwnCollectionsAsync(), Is.EqualTo(new[] { "a-notes", "history", "notes" }));
        _pair.Fallback.GoDown();
        Assert.That((await Pair.UnavailableAsync(() => _pair.Provider.Documents.ListCollectionsAsync())).Message, Does.Contain("Second is down"));
        _pair.Fallback.ComeBack();
        await _pair.Provider.ReconcileAsync();
        Assert.That(await OwnCollectionsAsync(), Is.EqualTo(new[] { "a-notes", "history", "notes" }));

        async Task<IEnumerable<string>> OwnCollectionsAsync() => (await _pair.Provider.Documents.ListCollectionsAsync()).Where(DocumentCollections.Travels);
    }

    [Test]
    public async Task Append_while_all_are_down_names_each()
    {
        _pair.Primary.GoDown();
        _pair.Fallback.GoDown();

        Assert.That((await Pair.UnavailableAsync(() => AppendAsync("m"))).Message, Does.Contain("First is down").And.Contain("Second is down"));
    }

    [Test]
    public async Task Append_whose_answer_was_lost_is_there_once()
    {
        _pair.Primary.Fault = call => call is { Operation: ProviderOperation.PutDocument, HasTakenEffect: true } ? _pair.Primary.Failure() : null;
        await AppendAsync("m");
        _pair.Primary.ComeBack();

        Assert.That(await ModesAsync(), Is.EqualTo(new[] { "m" }));
        await _pair.Provider.ReconcileAsync();
        Assert.That(await ModesAsync(), Is.EqualTo(new[] { "m" }));
    }

    [Test]
    public async Task Entries_that_are_replayed_between_two_pages_neither_repeat_nor_hide_others()
    {
        await AppendAsync("m0");
        _pair.Primary.GoDown();
        await AppendAsync("m1");
        await AppendAsync("m2");
        _pair.Primary.ComeBack();
        await AppendAsync("m3");

        var first = await History.ListAsync(new HistoryQuery { Limit = 2 });
        await _pair.Provider.ReconcileAsync();
        var second = await History.ListAsync(new HistoryQuery { Limit = 2, ContinuationToken = first.ContinuationToken });

        Assert.That(first.Items.Concat(second.Items).Select(entry => entry.Mode), Is.EqualTo(new[] { "m3", "m2", "m1", "m0" }));
    }

    [Test]
    public async Task Entry_on_a_fallback_is_removed_once_the_primary_is_back_and_does_not_return()
    {
        _pair.Primary.GoDown();
        var entry = await AppendAsync("m");
        await Pair.UnavailableAsync(() => History.RemoveAsync(entry.Id!));
        _pair.Primary.ComeBack();

        Assert.That((await History.RemoveAsync(entry.Id!), await History.RemoveAsync(entry.Id!)), Is.EqualTo((true, false)));
        await _pair.Provider.ReconcileAsync();
        Assert.That(await ModesAsync(), Is.Empty);
    }

    [Test]
    public async Task Retention_counts_entries_on_fallbacks()
    {
        await AppendAsync("m0");
        _pair.Primary.GoDown();
        await AppendAsync("m1");
        await AppendAsync("m2");
        _pair.Primary.ComeBack();

        Assert.That(await History.TrimAsync(new HistoryRetention { MaxCount = 1 }), Is.EqualTo(2));
        Assert.That(await ModesAsync(), Is.EqualTo(new[] { "m2" }));
    }

    [Test]
    public async Task Entry_that_cannot_be_read_is_told_and_does_not_hold_the_others_up()
    {
        _pair.Primary.GoDown();
        await AppendAsync("m0");
        await AppendAsync("m1");
        _pair.Primary.ComeBack();
        var isFirst = true;
        _pair.Fallback.Fault = call =>
        {
            (var isDamaged, isFirst) = (isFirst && call is { Operation: ProviderOperation.GetDocument }, isFirst && call is not { Operation: ProviderOperation.GetDocument });
            return isDamaged ? new StorageCorruptedException("Damaged.") : null;
        };

        var result = await _pair.Provider.ReconcileAsync();

        Assert.That((result.Replayed, result.Unreadable, result.Remaining), Is.EqualTo((1, 1, 1)));
        await _pair.Provider.ReconcileAsync();
        Assert.That(await ModesAsync(), Is.EqualTo(new[] { "m1", "m0" }));
    }

    [Test]
    public async Task Other_documents_are_the_primarys_alone()
    {
        _pair.Primary.GoDown();

        await Pair.UnavailableAsync(() => _pair.Provider.Documents.PutAsync("state/x", "{}"u8.ToArray(), DocumentETag.None));
        await Pair.UnavailableAsync(() => _pair.Provider.Documents.PutAsync("history/x", "{}"u8.ToArray(), DocumentETag.None));
    }

    [Test]
    public async Task Entry_that_one_process_hands_off_is_acknowledged_only_when_no_other_can_list_past_it()
    {
        var clock = new FakeTimeProvider(_pair.Clock.Now);
        await using var pair = new Pair(isShared: true, new FailoverOptions { ReconcileInterval = null, Lease = TimeSpan.FromSeconds(1) });
        await using var healthy = pair.Open(clock);
        var cutOff = new TestPart("First", pair.Clock, isShared: true);
        cutOff.GoDown();
        await using var lonely = pair.Open([cutOff, pair.Fallback], clock);
        var (one, other) = (new ImageHistory(healthy, clock), new ImageHistory(lonely, clock));
        Assert.That((await one.ListAsync(new HistoryQuery())).Items, Is.Empty);

        var handedOff = other.AppendAsync(new HistoryEntry { Mode = "m" });
        Assert.That(handedOff.IsCompleted, Is.False, "It was acknowledged while the other process still assumed that there are no hints.");
        clock.Advance(TimeSpan.FromSeconds(1));
        await handedOff;

        Assert.That((await one.ListAsync(new HistoryQuery())).Items.Select(entry => entry.Mode), Is.EqualTo(new[] { "m" }));
    }

    [Test]
    public async Task Entries_are_replayed_by_two_processes_at_once_without_harm()
    {
        await using var pair = new Pair(isShared: true);
        await using var other = pair.Open();
        pair.Primary.GoDown();
        var history = new ImageHistory(pair.Provider, pair.Clock);
        for (var i = 0; i < 20; i++)
        {
            await history.AppendAsync(new HistoryEntry { Mode = $"m{i}" });
        }

        pair.Primary.ComeBack();
        await Task.WhenAll(pair.Provider.ReconcileAsync(), other.ReconcileAsync());

        Assert.That((await other.GetStatusAsync()).Hints, Is.Zero);
        Assert.That((await history.ListAsync(new HistoryQuery())).Items, Has.Count.EqualTo(20));
    }

    private async Task<HistoryEntry> AppendAsync(string mode)
    {
        _pair.Clock.Advance(TimeSpan.FromSeconds(10));
        return await History.AppendAsync(new HistoryEntry { Mode = mode });
    }

    private async Task<List<string>> ModesAsync() => [.. (await History.ListAsync(new HistoryQuery { Limit = 1000 })).Items.Select(entry => entry.Mode)];
}
