using ImageStorage.FileSystem;
using ImageStorage.Providers;
using ImageStorage.Testing;

namespace ImageStorage.Tool.Tests;

internal sealed class CopyTests : ToolFixture
{
    [Test]
    public async Task Cp_copies_the_image_and_keeps_the_original()
    {
        var bytes = SampleImages.Png(40, 30);
        await RunAsync(["put", "--store", Store, "cats/tom", "-", "--tag", "cat"], bytes);

        var result = (await RunAsync("cp", "--store", Store, "cats/tom", "cats/tim")).Succeeded();

        Assert.That(result.Out, Does.StartWith("Copied cats/tom to cats/tim"));
        Assert.That((await RunAsync("get", "--store", Store, "cats/tim", "-")).OutBytes, Is.EqualTo(bytes));
        Assert.That((await RunAsync("get", "--store", Store, "cats/tom", "-")).OutBytes, Is.EqualTo(bytes));
    }

    [Test]
    public async Task Mv_moves_the_image()
    {
        var bytes = SampleImages.Png(40, 30);
        await RunAsync(["put", "--store", Store, "cats/tom", "-", "--tag", "cat"], bytes);

        var result = (await RunAsync("mv", "--store", Store, "cats/tom", "cats/tim", "--json")).Succeeded();

        Assert.That((result.Json.GetProperty("key").GetString(), result.Json.GetProperty("tags")[0].GetString()), Is.EqualTo(("cats/tim", "cat")));
        Assert.That((await RunAsync("get", "--store", Store, "cats/tim", "-")).OutBytes, Is.EqualTo(bytes));
        (await RunAsync("info", "--store", Store, "cats/tom")).Failed(ExitCode.Failure, "There is no image 'cats/tom'");
        Assert.That((await RunAsync("tx", "ls", "--store", Store, "--json")).Json.GetArrayLength(), Is.Zero);
    }

    [TestCase("cp")]
    [TestCase("mv")]
    public async Task Create_only_replaces_no_image(string command)
    {
        await RunAsync(["put", "--store", Store, "a", "-"], SampleImages.Png(40, 30));
        await RunAsync(["put", "--store", Store, "b", "-"], SampleImages.Png(10, 10));

        var refused = (await RunAsync(command, "--store", Store, "a", "b", "--create-only")).Failed(ExitCode.Failure, "There is an image 'b' already");
        Assert.That(refused.Out, Is.Empty);
        Assert.That((await RunAsync("info", "--store", Store, "b", "--json")).Json.GetProperty("width").GetInt32(), Is.EqualTo(10));
        (await RunAsync(command, "--store", Store, "a", "b")).Succeeded();
        Assert.That((await RunAsync("info", "--store", Store, "b", "--json")).Json.GetProperty("width").GetInt32(), Is.EqualTo(40));
    }

    [TestCase("cp")]
    [TestCase("mv")]
    public async Task If_match_names_the_version_of_the_source(string command)
    {
        var first = (await RunAsync(["put", "--store", Store, "a", "-", "--json"], SampleImages.Png(40, 30))).Json.GetProperty("etag").GetString()!;
        var second = (await RunAsync(["put", "--store", Store, "a", "-", "--json"], SampleImages.Png(10, 10))).Json.GetProperty("etag").GetString()!;

        (await RunAsync(command, "--store", Store, "a", "b", "--if-match", first)).Failed(ExitCode.Failure, "The image 'a' is not in the version that --if-match names");
        (await RunAsync(command, "--store", Store, "a", "b", "--if-match", second)).Succeeded();
    }

    [TestCase("cp")]
    [TestCase("mv")]
    public async Task Missing_image_is_an_error_on_stderr_alone(string command)
    {
        await RunAsync(["put", "--store", Store, "a", "-"], SampleImages.Png());

        Assert.That((await RunAsync(command, "--store", Store, "other", "b", "--json")).Failed(ExitCode.Failure, "There is no image 'other'").Out, Is.Empty);
    }

    [TestCase("cp")]
    [TestCase("mv")]
    public async Task Wrong_command_line_touches_no_store(string command)
    {
        (await RunAsync(command, "--store", Store, "a", "a")).Failed(ExitCode.Usage, "KEY and NEWKEY are the same");
        (await RunAsync(command, "--store", Store, "a")).Failed(ExitCode.Usage, "NEWKEY is missing");
        (await RunAsync(command, "--store", Store, "a", "../b")).Failed(ExitCode.Usage, "..");
    }

    [Test]
    public async Task Info_shows_the_properties_of_the_record()
    {
        await RunAsync(["put", "--store", Store, "a", "-"], SampleImages.Png());
        await using (var provider = new FileSystemImageProvider(new FileSystemStorageOptions { Path = PathOf("store") }))
        {
            var updated = await provider.UpdateAsync("a", new RecordUpdate { Properties = new Dictionary<string, string?> { ["tests.origin"] = "camera" } });
            Assume.That((await provider.GetInfoAsync("a"))!.Properties, Is.EqualTo(updated!.Properties));
        }

        Assert.That((await RunAsync("info", "--store", Store, "a")).OutLines, Does.Contain("Property:     tests.origin = camera"));
        Assert.That((await RunAsync("info", "--store", Store, "a", "--json")).Json.GetProperty("properties").GetProperty("tests.origin").GetString(), Is.EqualTo("camera"));
    }
}
