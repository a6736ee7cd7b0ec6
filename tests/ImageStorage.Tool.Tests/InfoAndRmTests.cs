using ImageStorage.Testing;
using ImageStorage.Tool.Output;

namespace ImageStorage.Tool.Tests;

internal sealed class InfoAndRmTests : ToolFixture
{
    [Test]
    public async Task Info_prints_a_name_and_a_value_a_line()
    {
        await RunAsync(["put", "--store", Store, "cats/tom", "-", "--tag", "cat", "--meta", "by=me"], SampleImages.Png(40, 30));

        var lines = (await RunAsync("info", "--store", Store, "cats/tom")).Succeeded().OutLines;

        Assert.That(lines, Does.Contain("Key:          cats/tom").And.Contain("Type:         image/png").And.Contain("Pixels:       40 x 30").And.Contain("Tags:         cat").And.Contain("Metadata:     by = me"));
    }

    [Test]
    public void Info_shows_orientation_and_frames_if_they_are_known()
    {
        var known = Details(ImageOrientation.RightTop, 1200);
        var unknown = Details(null, null);

        Assert.That(known, Does.Contain("Orientation:  6 (RightTop)").And.Contain("Frames:       1,200"));
        Assert.That(unknown, Does.Not.Contain("Orientation").And.Not.Contain("Frames"));
    }

    [Test]
    public async Task Info_metadata_with_line_breaks_stays_on_its_line()
    {
        await RunAsync(["put", "--store", Store, "k", "-", "--meta", "note=one\ntwo"], SampleImages.Png());

        Assert.That((await RunAsync("info", "--store", Store, "k")).Out, Does.Contain("""note = one\u000atwo"""));
        Assert.That((await RunAsync("info", "--store", Store, "k", "--json")).Json.GetProperty("metadata").GetProperty("note").GetString(), Is.EqualTo("one\ntwo"));
    }

    [TestCase("info")]
    [TestCase("info", "--json")]
    [TestCase("rm")]
    public async Task Missing_key_is_an_error_on_stderr_alone(string command, params string[] options)
    {
        await RunAsync(["put", "--store", Store, "k", "-"], SampleImages.Png());

        var result = (await RunAsync([command, "--store", Store, "other", .. options])).Failed(ExitCode.Failure, "There is no image 'other'");

        Assert.That(result.Out, Is.Empty);
    }

    [Test]
    public async Task Rm_deletes_the_image()
    {
        await RunAsync(["put", "--store", Store, "k", "-"], SampleImages.Png());

        var result = (await RunAsync("rm", "--store", Store, "k")).Succeeded();

        Assert.That(result.Out.Trim(), Is.EqualTo("Deleted k."));
        Assert.That((await RunAsync("info", "--store", Store, "k")).ExitCode, Is.EqualTo(ExitCode.Failure));
    }

    [Test]
    public async Task Rm_json_says_whether_an_image_was_there()
    {
        await RunAsync(["put", "--store", Store, "k", "-"], SampleImages.Png());

        var first = (await RunAsync("rm", "--store", Store, "k", "--json")).Succeeded();
        var second = (await RunAsync("rm", "--store", Store, "k", "--json")).Failed(ExitCode.Failure, "no image 'k'");

        Assert.That(first.Json.GetProperty("deleted").GetBoolean(), Is.True);
        Assert.That(second.Json.GetProperty("deleted").GetBoolean(), Is.False);
    }

    private static string Details(ImageOrientation? orientation, int? frameCount)
    {
        using var output = new StringWriter();
        var console = new ToolConsole { Out = output, Error = TextWriter.Null, OpenInput = () => Stream.Null, OpenOutput = () => Stream.Null };
        ImageDetails.Write(console, new ImageInfo
        {
            Key = "k",
            ContentType = "image/gif",
            Length = 1,
            Width = 2,
            Height = 3,
            Orientation = orientation,
            FrameCount = frameCount,
            XxHash128 = 4,
            CreatedAt = DateTimeOffset.UnixEpoch,
            ModifiedAt = DateTimeOffset.UnixEpoch,
            ETag = new ImageETag("e"),
        });
        return output.ToString();
    }
}
