using ImageStorage.History;
using ImageStorage.Transactions.Tests.Running;
using ImageStorage.Transactions.Tests.Stores;

namespace ImageStorage.Transactions.Tests;

/// <summary>The history: newest first, filters, pages, retention.</summary>
[TestFixture(typeof(MemoryTestStore))]
[TestFixture(typeof(FolderStore))]
[TestFixture(typeof(DatabaseStore))]
internal sealed class HistoryTests(Type kind)
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly TestClock _clock = new();
    private TestStore _store = null!;
    private TestProcess _process = null!;

    private ImageHistory History => _process.History;

    [SetUp]
    public void Open()
    {
        _store = (TestStore)Activator.CreateInstance(kind)!;
        _process = new TestProcess(_store, _clock);
    }

    [TearDown]
    public async Task CloseAsync()
    {
        await _process.DisposeAsync();
        await _store.DisposeAsync();
    }

    [Test]
    public async Task Entry_is_read_as_appended_with_id_and_time()
    {
        var appended = await History.AppendAsync(new HistoryEntry { Mode = "gïn", Keys = ["a.png", "b/ü.png"], Metadata = MetadataDictionary.Empty.Add("k", "v \"x\" é") });

        var read = (await History.ListAsync(new HistoryQuery())).Items;

        Assert.That(read, Is.EqualTo(new[] { appended }));
        Assert.That(appended.At, Is.EqualTo(_clock.GetUtcNow()));
        Assert.That(appended.Id, Is.Not.Null);
    }

    [Test]
    public async Task Pages_are_newest_first_and_contain_each_entry_once()
    {
        await AppendAsync(25);

        var modes = new List<string>();
        string? token = null;
        do
        {
            var page = await History.ListAsync(new HistoryQuery { Limit = 4, ContinuationToken = token });
            modes.AddRange(page.Items.Select(entry => entry.Mode));
            token = page.ContinuationToken;
        }
        while (token is not null);

        Assert.That(modes, Is.EqualTo(Enumerable.Range(0, 25).Reverse().Select(i => $"m{i}")));
    }

    [Test]
    public async Task Entries_appended_or_removed_between_pages_neither_repeat_nor_hide_others()
    {
        await AppendAsync(6);
        var first = await History.ListAsync(new HistoryQuery { Limit = 2 });
        await History.AppendAsync(new HistoryEntry { Mode = "late", At = Start.AddDays(1) });
        await History.RemoveAsync(first.Items[1].Id!);

        var second = await History.ListAsync(new HistoryQuery { Limit = 2, ContinuationToken = first.ContinuationToken });

        Assert.That(second.Items.Select(entry => entry.Mode), Is.EqualTo(new[] { "m3", "m2" }));
    }

    [Test]
    public async Task Interval_includes_its_start_and_not_its_end()
    {
        await AppendAsync(10);

        var page = await History.ListAsync(new HistoryQuery { From = Start.AddMinutes(3), Before = Start.AddMinutes(6) });

        Assert.That(page.Items.Select(entry => entry.Mode), Is.EqualTo(new[] { "m5", "m4", "m3" }));
        Assert.That(page.ContinuationToken, Is.Null);
    }

    [Test]
    public async Task Filters_by_mode_and_key_are_combined()
    {
        await AppendAsync(30, i => i % 3 == 0 ? "three" : "other", i => $"k{i % 5}.png");

        var page = await History.ListAsync(new HistoryQuery { Mode = "three", Key = "k0.png", Limit = 1 });
        var rest = await History.ListAsync(new HistoryQuery { Mode = "three", Key = "k0.png", ContinuationToken = page.ContinuationToken });

        Assert.That(page.Items.Concat(rest.Items).Select(entry => entry.At), Is.EqualTo(new[] { Start.AddMinutes(15), Start }));
        Assert.That(rest.ContinuationToken, Is.Null);
    }

    [Test]
    public async Task Entry_copies_its_metadata_and_compares_by_value()
    {
        var metadata = new Dictionary<string, string> { ["z"] = "1", ["a"] = "2" };
        var entry = new HistoryEntry { Mode = "m", Metadata = metadata };
        metadata["a"] = "changed";

        var appended = await History.AppendAsync(entry);

        Assert.That(appended.Metadata, Is.EqualTo(new[] { KeyValuePair.Create("a", "2"), KeyValuePair.Create("z", "1") }));
        Assert.That(entry, Is.EqualTo(new HistoryEntry { Mode = "m", Metadata = new Dictionary<string, string> { ["a"] = "2", ["z"] = "1" } }));
    }

    [Test]
    public async Task Removed_entry_is_gone()
    {
        var entry = await History.AppendAsync(new HistoryEntry { Mode = "m" });

        Assert.That((await History.RemoveAsync(entry.Id!), await History.RemoveAsync(entry.Id!)), Is.EqualTo((true, false)));
        Assert.That((await History.ListAsync(new HistoryQuery())).Items, Is.Empty);
    }

    [Test]
    public async Task Retention_by_count_and_by_age_keeps_the_newest()
    {
        await AppendAsync(10);

        Assert.That(await History.TrimAsync(new HistoryRetention { MaxCount = 6 }), Is.EqualTo(4));
        Assert.That((await History.ListAsync(new HistoryQuery())).Items[^1].Mode, Is.EqualTo("m4"));
        Assert.That(await History.TrimAsync(new HistoryRetention { MaxAge = _clock.GetUtcNow() - Start.AddMinutes(7) }), Is.EqualTo(3));
        Assert.That((await History.ListAsync(new HistoryQuery())).Items.Select(entry => entry.Mode), Is.EqualTo(new[] { "m9", "m8", "m7" }));
    }

    [Test]
    public void Invalid_entries_and_queries_are_refused()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(() => History.AppendAsync(new HistoryEntry { Mode = string.Empty }), Throws.TypeOf<ImageValidationException>());
            Assert.That(() => History.AppendAsync(new HistoryEntry { Mode = "m", Id = "x" }), Throws.ArgumentException);
            Assert.That(() => History.AppendAsync(new HistoryEntry { Mode = "m", Metadata = MetadataDictionary.Empty.Add("k", new string('v', 70_000)) }), Throws.TypeOf<ImageValidationException>());
            Assert.That(() => History.ListAsync(new HistoryQuery { Limit = 0 }), Throws.TypeOf<ArgumentOutOfRangeException>());
            Assert.That(() => History.ListAsync(new HistoryQuery { ContinuationToken = "x" }), Throws.TypeOf<ImageValidationException>());
            Assert.That(() => History.RemoveAsync("../x"), Throws.TypeOf<ImageValidationException>());
            Assert.That(() => History.TrimAsync(new HistoryRetention()), Throws.ArgumentException);
        }
    }

    private async Task AppendAsync(int count, Func<int, string>? mode = null, Func<int, string>? key = null)
    {
        for (var i = 0; i < count; i++)
        {
            await History.AppendAsync(new HistoryEntry { Mode = mode?.Invoke(i) ?? $"m{i}", At = Start.AddMinutes(i), Keys = key is null ? [] : [key(i)] });
        }
    }
}
