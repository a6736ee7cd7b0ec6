using ImageStorage.Testing;
using ImageStorage.Tool.Files;

namespace ImageStorage.Tool.Tests;

internal sealed class GetTests : ToolFixture
{
    [Test]
    public async Task Get_writes_the_bytes_that_were_put()
    {
        var bytes = SampleImages.OfLength(300_000);
        await RunAsync(["put", "--store", Store, "k", "-"], bytes);

        var result = (await RunAsync("get", "--store", Store, "k", PathOf("out.png"))).Succeeded();

        Assert.That(File.ReadAllBytes(PathOf("out.png")), Is.EqualTo(bytes));
        Assert.That(result.Out, Does.StartWith("Wrote k (image/png, 16 x 16, 300 kB) to "));
    }

    [Test]
    public async Task Get_dash_writes_the_bytes_and_nothing_else()
    {
        await RunAsync(["put", "--store", Store, "k", "-"], SampleImages.Gif());

        Assert.That((await RunAsync("get", "--store", Store, "k", "-")).Succeeded().OutBytes, Is.EqualTo(SampleImages.Gif()));
    }

    [Test]
    public async Task Get_json_describes_the_image()
    {
        await RunAsync(["put", "--store", Store, "k", "-"], SampleImages.Avif(32, 24));

        var json = (await RunAsync("get", "--store", Store, "k", PathOf("out"), "--json")).Succeeded().Json;

        Assert.That(json.GetProperty("contentType").GetString(), Is.EqualTo("image/avif"));
    }

    [Test]
    public async Task Get_missing_key_fails_and_leaves_no_file()
    {
        await RunAsync(["put", "--store", Store, "k", "-"], SampleImages.Png());

        var result = (await RunAsync("get", "--store", Store, "other", PathOf("out.png"))).Failed(ExitCode.Failure, "no image 'other'");

        Assert.That(result.Out, Is.Empty);
        Assert.That(Entries(), Is.Empty);
    }

    [Test(Description = "P2: damaged bytes never end in a file.")]
    public async Task Get_of_a_damaged_image_leaves_the_old_file_and_no_partial_file()
    {
        await RunAsync(["put", "--store", Store, "k", "-"], SampleImages.OfLength(2_000_000));
        FlipByte(PayloadFile(), 1_900_000);
        Write("out.png", [1, 2, 3]);

        (await RunAsync("get", "--store", Store, "k", PathOf("out.png"))).Failed(ExitCode.Failure, "damaged");

        Assert.That(File.ReadAllBytes(PathOf("out.png")), Is.EqualTo(new byte[] { 1, 2, 3 }));
        Assert.That(Entries(), Is.EqualTo(new[] { "out.png" }));
    }

    [Test]
    public async Task Get_into_a_folder_fails_clearly()
    {
        await RunAsync(["put", "--store", Store, "k", "-"], SampleImages.Png());
        Directory.CreateDirectory(PathOf("folder"));

        (await RunAsync("get", "--store", Store, "k", PathOf("folder"))).Failed(ExitCode.Failure, "is a folder");
    }

    [Test]
    public async Task Get_into_a_missing_folder_fails_clearly()
    {
        await RunAsync(["put", "--store", Store, "k", "-"], SampleImages.Png());

        (await RunAsync("get", "--store", Store, "k", PathOf("nowhere/out.png"))).Failed(ExitCode.Failure, "nowhere/out.png' cannot be written: its folder does not exist");
    }

    [TestCase("device")]
    [TestCase("link")]
    [TestCase("link to link")]
    [Platform(Include = "Linux", Reason = "Its C library tells the type of a file.")]
    public async Task Get_into_a_device_or_a_link_to_one_writes_into_it(string name)
    {
        // A node of the test's own: root could replace the real /dev/null, and a broken tool would.
        var made = await ShellAsync("mknod \"$1\" c 1 3 && : > \"$1\"", PathOf("device"));
        Assume.That(made.ExitCode, Is.Zero, "only root may make device nodes: " + made.Error);
        await RunAsync(["put", "--store", Store, "k", "-"], SampleImages.Png());
        File.CreateSymbolicLink(PathOf("link"), "device");
        File.CreateSymbolicLink(PathOf("link to link"), "link");

        var result = await RunAsync("get", "--store", Store, "k", PathOf(name));

        Assert.That((result.ExitCode, result.Out), Is.EqualTo((0, string.Empty)));
        Assert.That(result.Error, Does.StartWith("Wrote k (image/png"));
        Assert.That((await ShellAsync("test -c \"$1\" && test -L \"$2\" && test -c \"$2\"", PathOf("device"), PathOf("link"))).ExitCode, Is.Zero);
        Assert.That(Entries(), Is.EqualTo(new[] { "device", "link", "link to link" }));
    }

    // Without writing: root could replace these names, and a broken tool would.
    [TestCase("/dev/stdout", 1)]
    [TestCase("/dev/stderr", 2)]
    [TestCase("/dev/fd/1", 1)]
    [TestCase("/proc/self/fd/1", 1)]
    [TestCase("/dev/../dev/stdout", 1)]
    [TestCase("/dev/fd/7", 7)]
    [Platform(Exclude = "Win", Reason = "Windows has no such names.")]
    public void Names_of_descriptors_are_written_where_they_appear(string name, int descriptor)
    {
        var target = OutputTarget.Of(name);

        Assert.That((target.Kind, target.Descriptor), Is.EqualTo((OutputKind.Descriptor, descriptor)));
    }

    [Test]
    [Platform(Exclude = "Win", Reason = "Windows has no such names.")]
    public void Null_device_is_written_into() => Assert.That(OutputTarget.Of("/dev/null").Kind, Is.EqualTo(OutputKind.Special));

    [TestCase("fifo")]
    [TestCase("link")]
    [Platform(Exclude = "Win", Reason = "Windows has no such files.")]
    public async Task Get_into_a_pipe_gives_its_reader_the_image_and_nothing_else(string name)
    {
        var bytes = SampleImages.OfLength(300_000);
        await RunAsync(["put", "--store", Store, "k", "-"], bytes);
        Assert.That((await ShellAsync("mkfifo \"$1\"", PathOf("fifo"))).ExitCode, Is.Zero);
        File.CreateSymbolicLink(PathOf("link"), "fifo");
        var reading = ShellAsync("cat \"$1\"", PathOf("fifo"));

        var result = await RunAsync("get", "--store", Store, "k", PathOf(name));

        Assert.That((result.ExitCode, result.Out), Is.EqualTo((0, string.Empty)));
        Assert.That(result.Error, Does.StartWith("Wrote k (image/png"));
        Assert.That((await reading).OutBytes, Is.EqualTo(bytes));
        Assert.That((await ShellAsync("test -p \"$1\"", PathOf("fifo"))).ExitCode, Is.Zero);
    }

    [Test]
    [Platform(Exclude = "Win", Reason = "Windows has no such files.")]
    public async Task Get_into_a_pipe_whose_reader_stops_fails()
    {
        await RunAsync(["put", "--store", Store, "k", "-"], SampleImages.OfLength(2_000_000));
        Assert.That((await ShellAsync("mkfifo \"$1\"", PathOf("fifo"))).ExitCode, Is.Zero);
        var reading = ShellAsync("head -c 10 < \"$1\"", PathOf("fifo"));

        var result = await RunAsync("get", "--store", Store, "k", PathOf("fifo"));

        Assert.That((await reading).OutBytes, Has.Length.EqualTo(10));
        result.Failed(ExitCode.Failure, string.Empty);
    }

    [Test]
    [Platform(Exclude = "Win", Reason = "Links need a privilege there.")]
    public async Task Get_into_a_link_to_a_file_replaces_the_file_and_keeps_the_link()
    {
        await RunAsync(["put", "--store", Store, "k", "-"], SampleImages.Png());
        Write("real/out.png", [1, 2, 3]);
        File.CreateSymbolicLink(PathOf("link"), "real/out.png");
        File.CreateSymbolicLink(PathOf("circle"), "circle");

        (await RunAsync("get", "--store", Store, "k", PathOf("link"))).Succeeded();
        (await RunAsync("get", "--store", Store, "k", PathOf("circle"))).Failed(ExitCode.Failure, "circle");

        Assert.That(new FileInfo(PathOf("link")).LinkTarget, Is.EqualTo("real/out.png"));
        Assert.That(File.ReadAllBytes(PathOf("real/out.png")), Is.EqualTo(SampleImages.Png()));
    }

    [Test]
    public async Task Get_json_to_standard_output_is_wrong_usage() =>
        (await RunAsync("get", "--store", Store, "k", "-", "--json")).Failed(ExitCode.Usage, "--json");

    [Test]
    [Platform(Include = "Linux", Reason = "The name is that of Linux.")]
    public async Task Get_json_to_a_name_of_standard_output_is_refused() =>
        (await RunAsync("get", "--store", Store, "k", "/proc/self/fd/1", "--json")).Failed(ExitCode.Failure, "--json");

    private static void FlipByte(string path, long offset)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite);
        file.Position = offset;
        var value = file.ReadByte();
        file.Position = offset;
        file.WriteByte((byte)(value ^ 1));
    }
}
