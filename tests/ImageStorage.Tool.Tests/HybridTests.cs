using ImageStorage.Testing;

namespace ImageStorage.Tool.Tests;

/// <summary><c>hybrid:CATALOG+CONTENT</c>.</summary>
internal sealed class HybridTests : ToolFixture
{
    private string Hybrid => $"hybrid:file:{PathOf("a+b")}+file:{PathOf("content")}";

    [Test]
    public async Task Commands_work_on_two_stores_as_one()
    {
        var (small, large) = (SampleImages.OfLength(300), SampleImages.OfLength(100_000));
        (await RunAsync(["put", "--store", Hybrid, "small.png", "-"], small)).Succeeded();
        (await RunAsync(["put", "--store", Hybrid, "large.png", "-"], large)).Succeeded();

        Assert.That((await RunAsync("get", "--store", Hybrid, "small.png", "-")).Succeeded().OutBytes, Is.EqualTo(small));
        Assert.That((await RunAsync("get", "--store", Hybrid, "large.png", "-")).Succeeded().OutBytes, Is.EqualTo(large));
        var usage = (await RunAsync("usage", "--store", Hybrid, "--json")).Succeeded().Json;
        Assert.That((usage.GetProperty("count").GetInt64(), usage.GetProperty("bytes").GetInt64()), Is.EqualTo((2L, 100_300L)));
        var info = (await RunAsync("info", "--store", Hybrid, "large.png", "--json")).Succeeded().Json;
        Assert.That(info.GetProperty("encoding").ValueKind, Is.EqualTo(System.Text.Json.JsonValueKind.Null));
        Assert.That((await RunAsync("verify", "--store", Hybrid)).Succeeded().Out, Does.StartWith("All sound: 2 images, "));
        (await RunAsync("rm", "--store", Hybrid, "large.png")).Succeeded();
        Assert.That(Directory.EnumerateFiles(Path.Join(PathOf("content"), "images"), "*", SearchOption.AllDirectories), Is.Empty);
    }

    [TestCase("file")]
    [TestCase("litedb")]
    public async Task Catalog_that_is_opened_alone_gives_no_image_that_it_does_not_hold_and_says_what_to_open(string kind)
    {
        var catalog = $"{kind}:{PathOf("catalog")}";
        var hybrid = $"hybrid:{catalog}+file:{PathOf("content")}";
        var (small, large) = (SampleImages.OfLength(300), SampleImages.OfLength(100_000));
        (await RunAsync(["put", "--store", hybrid, "small.png", "-"], small)).Succeeded();
        (await RunAsync(["put", "--store", hybrid, "large.png", "-"], large)).Succeeded();
        var target = PathOf("out.png");

        foreach (var file in new[] { target, "-" })
        {
            var get = await RunAsync("get", "--store", catalog, "large.png", file);
            Assert.That((get.ExitCode, get.Out), Is.EqualTo((1, string.Empty)));
            Assert.That(get.Error, Does.Contain("large.png").And.Contain("open the hybrid store"));
        }

        Assert.That(File.Exists(target), Is.False);
        var verify = await RunAsync("verify", "--store", catalog);
        Assert.That(verify.ExitCode, Is.EqualTo(1));
        Assert.That(verify.Out, Does.Contain("not-decodable  large.png").And.Contain("NOT SOUND: 1 not decodable, 1 sound"));
        Assert.That((await RunAsync("verify", "--store", catalog, "--json")).Json.GetProperty("notDecodable").GetInt64(), Is.EqualTo(1));
        Assert.That((await RunAsync("info", "--store", catalog, "large.png")).Succeeded().Out, Does.Contain("external:"));
        Assert.That((await RunAsync("get", "--store", catalog, "small.png", "-")).Succeeded().OutBytes, Is.EqualTo(small));
        Assert.That((await RunAsync("get", "--store", hybrid, "large.png", "-")).Succeeded().OutBytes, Is.EqualTo(large));
        (await RunAsync("verify", "--store", hybrid)).Succeeded();
    }

    [Test]
    public async Task Import_leaves_both_folders_of_the_store_out()
    {
        Write("pictures/1.png", SampleImages.OfLength(50_000, 1));
        var store = $"hybrid:file:{PathOf("pictures/one")}+file:{PathOf("pictures/two")}";
        (await RunAsync("import", "--store", store, PathOf("pictures"))).Succeeded();

        var again = (await RunAsync("import", "--store", store, PathOf("pictures"), "--json")).Succeeded().Json;

        Assert.That((again.GetProperty("unchanged").GetInt64(), again.GetProperty("stored").GetInt64(), again.GetProperty("refused").GetInt64()), Is.EqualTo((1L, 0L, 0L)));
    }

    [Test]
    public async Task Store_that_is_not_there_is_no_empty_store()
    {
        var result = await RunAsync("ls", "--store", Hybrid);

        Assert.That((result.ExitCode, result.Error), Is.EqualTo((1, result.Error)));
        Assert.That(result.Error, Does.Contain("There is no store at"));
        Assert.That(Entries(), Is.Empty);
    }

    [Test]
    public async Task Same_folder_twice_is_refused_with_the_remedy()
    {
        var result = await RunAsync(["put", "--store", $"hybrid:{Store}+{Store}", "a.png", "-"], SampleImages.OfLength(300));

        Assert.That(result.ExitCode, Is.EqualTo(1));
        Assert.That(result.Error, Does.Contain("the same store"));
    }

    [TestCase("hybrid:", "a plus sign")]
    [TestCase("hybrid:file:a", "a plus sign")]
    [TestCase("hybrid:file:a+b", "a plus sign")]
    [TestCase("hybrid:file:a+s3:b", "a plus sign")]
    [TestCase("hybrid:a+file:b", "has no scheme")]
    [TestCase("hybrid:file:+file:b", "name the folder")]
    [TestCase("hybrid:file:a+file:", "name the folder")]
    [TestCase("hybrid:hybrid:file:a+file:b+file:c", "a plus sign")]
    public async Task Store_that_is_not_complete_is_an_error_of_usage(string store, string says)
    {
        var result = await RunAsync("ls", "--store", store);

        Assert.That(result.ExitCode, Is.EqualTo(2));
        Assert.That(result.Error, Does.Contain(says));
    }
}
