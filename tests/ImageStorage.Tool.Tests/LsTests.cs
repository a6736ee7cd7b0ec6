using ImageStorage.Testing;

namespace ImageStorage.Tool.Tests;

internal sealed class LsTests : ToolFixture
{
    [Test]
    public async Task Ls_redirected_prints_fields_between_tabs()
    {
        await RunAsync(["put", "--store", Store, "cats/tom", "-"], SampleImages.Png(40, 30));

        var fields = (await RunAsync("ls", "--store", Store)).Succeeded().OutLines.Single().Split('\t');

        Assert.That(fields[..4], Is.EqualTo(new[] { "cats/tom", "image/png", "40x30", $"{SampleImages.Png(40, 30).Length}" }));
        Assert.That(fields[4], Does.Match("^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$"));
    }

    [TestCase("newest", "c,b,a")]
    [TestCase("oldest", "a,b,c")]
    [TestCase("key", "a,b,c")]
    public async Task Ls_order(string order, string expected)
    {
        await PutAsync("a", "b", "c");

        Assert.That(string.Join(',', await KeysAsync("--order", order)), Is.EqualTo(expected));
    }

    [Test]
    public async Task Ls_lists_the_newest_first_unless_told_otherwise()
    {
        await PutAsync("z", "a", "m");

        Assert.That(await KeysAsync(), Is.EqualTo(new[] { "m", "a", "z" }));
    }

    [Test]
    public async Task Ls_in_a_pipe_says_on_standard_error_that_the_list_is_empty_or_not_all()
    {
        await PutAsync("z", "a", "m");

        var limited = (await RunAsync("ls", "--store", Store, "--limit", "2")).SucceededWithNote("2 images; there are more: raise --limit.");
        var none = (await RunAsync("ls", "--store", Store, "--prefix", "x")).SucceededWithNote("No images.");

        Assert.That(limited.OutLines.Select(line => line[0]), Is.EqualTo("ma"));
        Assert.That(none.Out, Is.Empty);
        Assert.That((await RunAsync("ls", "--store", Store, "--prefix", "x", "--json")).Succeeded().Json.GetArrayLength(), Is.Zero);
    }

    // A list that leaves out an image silently would lose the image in a script that copies the store.
    [TestCase("--json")]
    [TestCase("--limit=1")]
    public async Task Ls_names_an_image_with_a_damaged_record_on_standard_error_and_fails(string option)
    {
        await PutAsync("cats/a.png", "cats/b.png");
        var file = Path.Join(StorePath, "images", "cats", "a.png");
        await File.WriteAllBytesAsync(file, (await File.ReadAllBytesAsync(file))[..^20]);

        var result = (await RunAsync("ls", "--store", Store, "--order", "key", option)).Failed(1, "Cannot list 'cats/a.png': corrupted: the file has no record");
        var usage = (await RunAsync("usage", "--store", Store)).Succeeded().Out;

        Assert.That(result.Error, Does.Contain("The list is not complete: 1 image cannot be read."));
        Assert.That(result.Out, Does.Contain("cats/b.png").And.Not.Contain("cats/a.png"));
        Assert.That(usage, Does.StartWith("1 image, ").And.Contain("1 image not counted, with unreadable records: run 'imagestorage verify'."));
        Assert.That((await RunAsync("usage", "--store", Store, "--json")).Succeeded().Json.GetProperty("unlisted").GetInt32(), Is.EqualTo(1));
    }

    [Test]
    public async Task Ls_prefix_lists_what_begins_with_it()
    {
        await PutAsync("cats/a", "dogs/b", "cats/c");

        Assert.That(await KeysAsync("--prefix", "cats/", "--order", "key"), Is.EqualTo(new[] { "cats/a", "cats/c" }));
    }

    [Test]
    public async Task Ls_tag_lists_images_with_exactly_this_tag()
    {
        await RunAsync(["put", "--store", Store, "cats/a", "-", "--tag", "pet", "--tag", "small"], SampleImages.Png());
        await RunAsync(["put", "--store", Store, "cats/b", "-", "--tag", "pets"], SampleImages.Png());
        await RunAsync(["put", "--store", Store, "dogs/c", "-", "--tag", "pet"], SampleImages.Png());

        Assert.That(await KeysAsync("--tag", "pet", "--order", "key"), Is.EqualTo(new[] { "cats/a", "dogs/c" }));
        Assert.That(await KeysAsync("--tag", "pet", "--prefix", "cats/"), Is.EqualTo(new[] { "cats/a" }));
        Assert.That((await RunAsync("ls", "--store", Store, "--tag", "Pet")).SucceededWithNote("No images.").Out, Is.Empty);
    }

    [Test]
    public async Task Ls_json_is_an_array_of_images()
    {
        await PutAsync("a", "b");

        var json = (await RunAsync("ls", "--store", Store, "--json", "--order", "key")).Succeeded().Json;

        Assert.That(json.EnumerateArray().Select(image => image.GetProperty("key").GetString()), Is.EqualTo(new[] { "a", "b" }));
    }

    [Test]
    public async Task Ls_json_of_nothing_is_an_empty_array()
    {
        await PutAsync("a");

        Assert.That((await RunAsync("ls", "--store", Store, "--json", "--prefix", "z")).Succeeded().Json.GetArrayLength(), Is.Zero);
    }

    [Test]
    public async Task Ls_with_a_limit_beyond_a_page_continues()
    {
        const int Count = 1003;
        for (var i = 0; i < Count; i++)
        {
            Write($"in/{i:0000}.webp", SampleImages.WebP(seed: i));
        }

        (await RunAsync("import", "--store", Store, PathOf("in"))).Succeeded();

        Assert.That(await KeysAsync("--limit", "5000"), Has.Length.EqualTo(Count).And.Unique);
        var limited = (await RunAsync("ls", "--store", Store, "--limit", "1001", "--order", "key")).SucceededWithNote("1,001 images; there are more: raise --limit.");
        Assert.That(limited.OutLines.Select(line => line.Split('\t')[0]), Is.EqualTo(Enumerable.Range(0, 1001).Select(i => $"{i:0000}.webp")));
        Assert.That((await RunAsync("ls", "--store", Store, "--limit", "1002", "--json")).Json.GetArrayLength(), Is.EqualTo(1002));
    }

    [TestCase("--limit", "0")]
    [TestCase("--limit", "-1")]
    [TestCase("--limit", "many")]
    [TestCase("--order", "size")]
    public async Task Ls_option_that_makes_no_sense_is_wrong_usage(params string[] options) =>
        (await RunAsync(["ls", "--store", Store, .. options])).Failed(ExitCode.Usage, options[1]);

    [Test]
    public async Task Ls_on_a_terminal_is_a_table_that_says_when_there_is_more()
    {
        await PutAsync("cats/[red]tom", "b", "c");

        var result = await RunAsync(["ls", "--store", Store, "--order", "oldest", "--limit", "2"], [], terminalWidth: 100);

        Assert.That(result.Out, Does.Contain("Key").And.Contain("Created").And.Contain("cats/[red]tom").And.Contain("16 x 16").And.Contain("2 images; there are more: raise --limit."));
    }

    [Test]
    public async Task Ls_on_a_terminal_of_nothing_says_so()
    {
        await PutAsync("a");

        Assert.That((await RunAsync(["ls", "--store", Store, "--prefix", "z"], [], terminalWidth: 100)).Out.Trim(), Is.EqualTo("No images."));
    }

    private async Task PutAsync(params string[] keys)
    {
        foreach (var key in keys)
        {
            (await RunAsync(["put", "--store", Store, key, "-"], SampleImages.Png())).Succeeded();
        }
    }

    private async Task<string[]> KeysAsync(params string[] options) =>
        [.. (await RunAsync(["ls", "--store", Store, .. options])).Succeeded().OutLines.Select(line => line.Split('\t')[0])];
}
