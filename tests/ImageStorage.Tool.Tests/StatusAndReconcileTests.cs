using System.Text;
using ImageStorage.FileSystem;
using ImageStorage.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace ImageStorage.Tool.Tests;

internal sealed class StatusAndReconcileTests : ToolFixture
{
    private string Fallback => $"file:{PathOf("fallback")}";

    [Test]
    public async Task Status_of_a_sound_store_is_healthy()
    {
        await RunAsync(["put", "--store", Store, "a", "-"], SampleImages.Png());

        var text = (await RunAsync("status", "--store", Store)).Succeeded();
        var json = (await RunAsync("status", "--store", Store, "--json")).Succeeded().Json;

        Assert.That(text.OutLines[0], Is.EqualTo("The store is healthy."));
        Assert.That(text.OutLines[2], Does.Match("^primary +FileSystem +yes +- +-$"));
        Assert.That((json.GetProperty("state").GetString(), json.GetProperty("failover").GetString(), json.GetProperty("providers").GetArrayLength()), Is.EqualTo(("healthy", (string?)null, 1)));
        Assert.That(text.OutLines[3], Is.EqualTo("Transactions: journal. Signed URLs: no. Several processes: yes. Durable: yes."));
        Assert.That(json.GetProperty("capabilities").EnumerateObject().Select(capability => capability.Name), Is.EqualTo(new[] { "maxLength", "batch", "streaming", "recoding", "encryption", "signedUrls", "transactions", "multiProcess", "durable" }));
        Assert.That((json.GetProperty("capabilities").GetProperty("transactions").GetString(), json.GetProperty("capabilities").GetProperty("maxLength").GetInt64()), Is.EqualTo(("journal", 50L << 20)));
    }

    [Test]
    public async Task Status_says_why_a_store_refuses_writes()
    {
        await RunAsync(["put", "--store", Store, "a", "-"], SampleImages.Png());
        await RequireAsync("""{ "format": 1, "requirements": { "series.app": 3 } }""");

        var text = await RunAsync("status", "--store", Store);
        var json = (await RunAsync("status", "--store", Store, "--json")).Json;

        Assert.That((text.ExitCode, text.OutLines[0]), Is.EqualTo((1, "The store is degraded.")));
        Assert.That(text.OutLines[3], Does.StartWith("warning: The store in FileSystem requires 'series.app' in version 3").And.Contain("Update this application"));
        Assert.That(json.GetProperty("warnings").EnumerateArray().Single().GetString(), Does.Contain("'series.app'"));
    }

    [Test]
    public async Task Status_shows_what_waits_and_reconcile_brings_it_to_the_store()
    {
        await HandOffAsync("a.png", "b.png");

        var waiting = await RunAsync("status", "--store", Store, "--fallback", Fallback);
        var json = await RunAsync("status", "--store", Store, "--fallback", Fallback, "--json");
        var reconciled = (await RunAsync("reconcile", "--store", Store, "--fallback", Fallback)).Succeeded();
        var after = (await RunAsync("status", "--store", Store, "--fallback", Fallback)).Succeeded();

        Assert.That((waiting.ExitCode, waiting.Error, waiting.OutLines[0]), Is.EqualTo((1, string.Empty, "The store is degraded, failover replaying.")));
        Assert.That(waiting.OutLines[3], Does.Match("^fallback +FileSystem 2 +yes +closed +2$"));
        Assert.That((json.ExitCode, json.Json.GetProperty("providers")[1].GetProperty("hints").GetInt32()), Is.EqualTo((1, 2)));
        Assert.That(reconciled.Out.TrimEnd(), Is.EqualTo("2 hints replayed; no hint is left."));
        Assert.That(after.OutLines[0], Is.EqualTo("The store is healthy, failover healthy."));
        (await RunAsync("info", "--store", Store, "b.png")).Succeeded();
    }

    // A pair of stores that do not belong together must not be paired by a look at their state.
    [Test]
    public async Task Status_of_a_store_with_a_mirror_shows_both_replicas_and_pairs_nothing()
    {
        await RunAsync(["put", "--store", Store, "a", "-"], SampleImages.Png());
        await RunAsync(["put", "--store", Fallback, "a", "-"], SampleImages.Png());

        var status = await RunAsync("status", "--store", Store, "--mirror", Fallback);

        Assert.That(status.OutLines[2], Does.Match("^primary +FileSystem +yes +closed +-$"));
        Assert.That(status.OutLines[3], Does.Match("^mirror +FileSystem 2 +yes +closed +0$"));
        Assert.That(new[] { StorePath, PathOf("fallback") }.SelectMany(store => Directory.EnumerateFiles(store, "*", SearchOption.AllDirectories)).Where(path => path.Contains("documents")), Is.Empty);
    }

    [Test]
    public async Task Reconcile_prints_json()
    {
        await HandOffAsync("a.png");

        var json = (await RunAsync("reconcile", "--store", Store, "--fallback", Fallback, "--json")).Succeeded().Json;

        Assert.That((json.GetProperty("replayed").GetInt32(), json.GetProperty("remaining").GetInt32(), json.GetProperty("conflicts").GetInt32(), json.GetProperty("unreadable").GetInt32()), Is.EqualTo((1, 0, 0, 0)));
    }

    [Test]
    public async Task Fallback_that_is_the_store_or_missing_is_refused_before_anything_is_touched()
    {
        (await RunAsync("reconcile", "--store", Store)).Failed(2, "--fallback");
        (await RunAsync("reconcile", "--store", Store, "--fallback", Store)).Failed(2, "The fallback is the store itself");
        (await RunAsync("status", "--store", Store, "--fallback", Fallback, "--fallback", Fallback)).Failed(2, "named twice");
        Assert.That(Entries(), Is.Empty);
    }

    [TestCase("file")]
    [TestCase("litedb")]
    public async Task Status_of_a_store_that_is_away_says_so_for_its_provider_and_creates_nothing(string scheme)
    {
        var store = $"{scheme}:{PathOf("away/store")}";

        var alone = await RunAsync("status", "--store", store);
        var json = await RunAsync("status", "--store", store, "--json");

        Assert.That((alone.ExitCode, alone.Error, alone.OutLines[0]), Is.EqualTo((1, string.Empty, "The store is unavailable.")));
        Assert.That(alone.OutLines[2], Does.Match("^primary +[A-Za-z]+ +NO "));
        Assert.That(alone.OutLines[3], Does.StartWith("primary ").And.Contain("check the path").IgnoreCase.And.Not.Contain("'put'").And.Not.Contain("CreateIfMissing"));
        Assert.That(json.Json.GetProperty("providers")[0].GetProperty("failure").GetString(), Does.Not.Contain("CreateIfMissing"));
        Assert.That(Entries(), Is.Empty);
    }

    [Test]
    public async Task Status_and_reconcile_while_the_primary_is_away_show_the_fallback_and_keep_what_waits()
    {
        await HandOffAsync("a.png");
        Directory.Move(StorePath, PathOf("elsewhere"));

        var status = await RunAsync("status", "--store", Store, "--fallback", Fallback);
        var reconciled = await RunAsync("reconcile", "--store", Store, "--fallback", Fallback);
        var isCreated = Directory.Exists(StorePath);
        Directory.Move(PathOf("elsewhere"), StorePath);
        var after = await RunAsync("reconcile", "--store", Store, "--fallback", Fallback);

        Assert.That((status.ExitCode, status.Error), Is.EqualTo((1, string.Empty)));
        Assert.That(status.OutLines[2], Does.Match("^primary +FileSystem +NO "));
        Assert.That(status.OutLines[3], Does.Match("^fallback +FileSystem 2 +yes .*1$"));
        reconciled.Failed(1, "the primary FileSystem is not reachable").Failed(1, "check the path");
        Assert.That(reconciled.Error, Does.Not.Contain("'put'"));
        Assert.That(isCreated, Is.False);
        Assert.That(after.Succeeded().Out.TrimEnd(), Is.EqualTo("1 hint replayed; no hint is left."));
    }

    [Test]
    public async Task Reconcile_from_a_fallback_that_is_away_is_refused_with_the_reason()
    {
        await RunAsync(["put", "--store", Store, "a", "-"], SampleImages.Png());

        var result = await RunAsync("reconcile", "--store", Store, "--fallback", Fallback);

        result.Failed(1, "the fallback FileSystem 2 is not reachable").Failed(1, "check the path");
        Assert.That(Directory.Exists(PathOf("fallback")), Is.False);
    }

    [Test]
    public async Task Fallback_that_is_not_that_of_the_application_is_refused_with_what_to_name()
    {
        await HandOffAsync("a");
        (await RunAsync(["put", "--store", $"file:{PathOf("other")}", "k", "-"], SampleImages.Png())).Succeeded();

        (await RunAsync("reconcile", "--store", Store, "--fallback", $"file:{PathOf("other")}")).Failed(1, "Name the fallbacks that the application uses, in its order, each with --fallback.");
    }

    [Test]
    public async Task Two_names_of_one_store_are_found_out()
    {
        await RunAsync(["put", "--store", Store, "a", "-"], SampleImages.Png());

        (await RunAsync("reconcile", "--store", Store, "--fallback", $"file:{PathOf("store")}/../store")).Failed(1, "one and the same location");
    }

    /// <summary>Saves images as an application does whose primary cannot be written to.</summary>
    private async Task RequireAsync(string requirements)
    {
        using var folder = new FileSystemImageProvider(new FileSystemStorageOptions { Path = StorePath }, TimeProvider.System);
        await folder.Documents.PutAsync("store/requirements", Encoding.UTF8.GetBytes(requirements));
    }

    private async Task HandOffAsync(params string[] keys)
    {
        await RunAsync(["put", "--store", Store, "first", "-"], SampleImages.Png());
        var services = new ServiceCollection();
        var isDown = false;
        services.AddImageStorage()
            .UseProvider("FileSystem", _ => new FaultInjectingProvider(
                new FileSystemImageProvider(new FileSystemStorageOptions { Path = StorePath }),
                call => isDown && !call.HasTakenEffect ? new ImageStorage.StorageUnavailableException("down", null, isTransient: false) { Provider = "FileSystem" } : null))
            .WithFallback(part => part.UseFileSystem(PathOf("fallback")), options => (options.ReconcileInterval, options.Lease) = (null, TimeSpan.FromMilliseconds(10)));
        await using var container = services.BuildServiceProvider();
        var storage = container.GetRequiredService<IImageStorage>();
        await storage.GetInfoAsync("first");
        isDown = true;
        foreach (var key in keys)
        {
            await storage.SaveBytesAsync(key, SampleImages.Png());
        }

        Assert.That((await container.GetRequiredService<IStorageFailover>().GetStatusAsync()).Hints, Is.EqualTo(keys.Length));
    }
}
