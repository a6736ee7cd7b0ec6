using Microsoft.Extensions.DependencyInjection;

namespace ImageStorage.Tool.Tests;

internal sealed class TransactionTests : ToolFixture
{
    [Test]
    public async Task Tx_ls_shows_a_journal_that_was_left_and_json_its_images()
    {
        var id = await LeaveJournalAsync();

        var fields = (await RunAsync("tx", "ls", "--store", Store)).Succeeded().OutLines.Single().Split('\t');
        var json = (await RunAsync("tx", "ls", "--store", Store, "--json")).Succeeded().Json[0];

        Assert.That(fields[..4], Is.EqualTo(new[] { id, "active", "2026-01-01T00:00:00Z", "1 image" }));
        Assert.That((json.GetProperty("id").GetString(), json.GetProperty("keys")[0].GetString()), Is.EqualTo((id, "a.png")));
    }

    [Test]
    public async Task Tx_recover_undoes_what_was_left()
    {
        await LeaveJournalAsync();

        Assert.That((await RunAsync("tx", "recover", "--store", Store)).Succeeded().OutLines.Single(), Does.StartWith("1 transaction rolled back, 0 in doubt"));
        Assert.That((await RunAsync("tx", "ls", "--store", Store)).SucceededWithNote("No transactions are undecided.").OutLines, Is.Empty);
        Assert.That((await RunAsync("tx", "ls", "--store", Store, "--json")).Succeeded().Json.GetArrayLength(), Is.Zero);
    }

    [Test]
    public async Task History_ls_lists_the_newest_first_and_filters()
    {
        await using (var services = Services())
        {
            var history = services.GetRequiredService<IImageHistory>();
            await history.AppendAsync(new HistoryEntry { Mode = "one", At = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), Keys = ["a.png", "b c.png"] });
            await history.AppendAsync(new HistoryEntry { Mode = "two", At = new DateTimeOffset(2026, 1, 2, 0, 0, 0, TimeSpan.Zero) });
        }

        Assert.That((await RunAsync("history", "ls", "--store", Store)).Succeeded().OutLines, Is.EqualTo(new[] { "2026-01-02T00:00:00Z\ttwo", "2026-01-01T00:00:00Z\tone\ta.png\tb c.png" }));
        Assert.That((await RunAsync("history", "ls", "--store", Store, "--key", "a.png", "--json")).Succeeded().Json[0].GetProperty("mode").GetString(), Is.EqualTo("one"));
    }

    [Test]
    public async Task History_ls_says_that_it_is_empty_or_not_all()
    {
        await using (var services = Services())
        {
            var history = services.GetRequiredService<IImageHistory>();
            await history.AppendAsync(new HistoryEntry { Mode = "one" });
            await history.AppendAsync(new HistoryEntry { Mode = "one" });
        }

        Assert.That((await RunAsync("history", "ls", "--store", Store, "--mode", "two")).SucceededWithNote("No entries.").OutLines, Is.Empty);
        Assert.That((await RunAsync("history", "ls", "--store", Store, "--limit", "1")).SucceededWithNote("1 entry; there are more: raise --limit.").OutLines, Has.Length.EqualTo(1));
        (await RunAsync("history", "ls", "--store", Store)).Succeeded();
    }

    [TestCase("tx", "ls")]
    [TestCase("tx", "recover")]
    [TestCase("history", "ls")]
    public async Task Store_that_is_not_there_is_refused(string command, string verb) =>
        Assert.That((await RunAsync(command, verb, "--store", Store)).ExitCode, Is.EqualTo(1));

    private ServiceProvider Services()
    {
        var services = new ServiceCollection();
        services.AddImageStorage().UseFileSystem(StorePath).WithTransactions();
        return services.BuildServiceProvider();
    }

    /// <summary>Creates the state of a process that died after writing its journal and without a lease.</summary>
    private async Task<string> LeaveJournalAsync()
    {
        var id = Guid.CreateVersion7().ToString("n");
        await using var services = Services();
        var journal = $$"""{"format":1,"keys":["a.png"],"state":"active","owner":"{{Guid.NewGuid():n}}","startedAt":"2026-01-01T00:00:00Z","steps":[{"index":0,"kind":"save","key":"a.png","planned":"t{{id}}-0"}]}""";
        await services.GetRequiredService<ImageStorage.Providers.IImageProvider>().Documents.PutAsync($"transactions/{id}", System.Text.Encoding.UTF8.GetBytes(journal));
        return id;
    }
}
