using ImageStorage.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace ImageStorage.Samples.Tests.Snippets;

/// <summary>The code of docs/guide/history.md, and that it does what the page says.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class HistorySnippets : IAsyncDisposable
{
    private readonly TemporaryCurrentFolder _folder = new();
    private readonly ServiceProvider _container;

    public HistorySnippets()
    {
        var services = new ServiceCollection();
        services.AddImageStorage().UseFileSystem("data/images").WithTransactions();
        _container = services.BuildServiceProvider();
    }

    public async ValueTask DisposeAsync()
    {
        await _container.DisposeAsync();
        _folder.Dispose();
    }

    [Test]
    public async Task Entry_is_appended_and_listed()
    {
        var history = _container.GetRequiredService<IImageHistory>();

        var entry = await history.AppendAsync(new HistoryEntry
        {
            Mode = "generate",
            Keys = ["cats/tom.jpg"],
            Metadata = new Dictionary<string, string> { ["prompt"] = "a cat on a sofa", ["user"] = "42" },
        });

        Assert.That((entry.Id, entry.At), Is.Not.EqualTo(((string?)null, (DateTimeOffset?)null)));
        Assert.That((await history.ListAsync(new HistoryQuery())).Items, Is.EqualTo(new[] { entry }));
    }

    [Test]
    public async Task Pages_follow_each_other()
    {
        var history = _container.GetRequiredService<IImageHistory>();
        for (var i = 0; i < 51; i++)
        {
            await history.AppendAsync(new HistoryEntry { Mode = i % 2 == 0 ? "generate" : "delete" });
            await history.AppendAsync(new HistoryEntry { Mode = "generate" });
        }

        var query = new HistoryQuery { Mode = "generate", From = DateTimeOffset.UtcNow.AddDays(-7), Limit = 50 };
        var found = new List<HistoryEntry>();
        HistoryPage page;
        do
        {
            page = await history.ListAsync(query);
            found.AddRange(page.Items);
            query = query with { ContinuationToken = page.ContinuationToken };
        }
        while (page.ContinuationToken is not null);

        Assert.That(found.Select(entry => entry.Id).ToList(), Has.Count.EqualTo(77).And.Unique);
        Assert.That(found.Select(entry => entry.Mode), Is.All.EqualTo("generate"));
    }

    [Test]
    public async Task Entry_is_appended_with_the_changes_of_a_transaction()
    {
        var history = _container.GetRequiredService<IImageHistory>();
        var transactions = _container.GetRequiredService<IImageTransactions>();
        var images = _container.GetRequiredService<IImageStorage>();
        await images.SaveBytesAsync("cats/tom.jpg", SampleImages.Jpeg());

        await transactions.ExecuteAsync(
        [
            new DeleteStep("cats/tom.jpg"),
            new AppendStep(new HistoryEntry { Mode = "delete", Keys = ["cats/tom.jpg"] }),
        ]);

        Assert.That(await images.GetInfoAsync("cats/tom.jpg"), Is.Null);
        Assert.That((await history.ListAsync(new HistoryQuery { Key = "cats/tom.jpg" })).Items.Single().Mode, Is.EqualTo("delete"));
    }

    [Test]
    public async Task Old_entries_are_removed()
    {
        var history = _container.GetRequiredService<IImageHistory>();
        await history.AppendAsync(new HistoryEntry { Mode = "generate", At = DateTimeOffset.UtcNow.AddDays(-366) });
        var young = await history.AppendAsync(new HistoryEntry { Mode = "generate" });

        var removed = await history.TrimAsync(new HistoryRetention { MaxAge = TimeSpan.FromDays(365), MaxCount = 100_000 });

        Assert.That(removed, Is.EqualTo(1));
        Assert.That((await history.ListAsync(new HistoryQuery())).Items, Is.EqualTo(new[] { young }));
    }
}
