using ImageStorage.Testing;

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
    public async Task Get_damaged_image_leaves_the_old_file_and_no_half_one()
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

    [TestCase("/dev/null")]
    [TestCase("link")]
    [TestCase("link to link")]
    [Platform(Exclude = "Win", Reason = "Devices are files only on Unix.")]
    public async Task Get_into_a_device_or_a_link_to_one_writes_into_it(string name)
    {
        await RunAsync(["put", "--store", Store, "k", "-"], SampleImages.Png());
        File.CreateSymbolicLink(PathOf("link"), "/dev/null");
        File.CreateSymbolicLink(PathOf("link to link"), "link");
        var path = name[0] == '/' ? name : PathOf(name);

        var result = await RunAsync("get", "--store", Store, "k", path);

        Assert.That((result.ExitCode, result.Out), Is.EqualTo((0, string.Empty)));
        Assert.That(result.Error, Does.StartWith("Wrote k (image/png"));
        Assert.That((await ShellAsync("test -c /dev/null && test -L \"$1\" && test -c \"$1\"", PathOf("link"))).ExitCode, Is.Zero);
        Assert.That(Entries(), Is.EqualTo(new[] { "link", "link to link" }));
    }

    [Test]
    [Platform(Include = "Linux", Reason = "Its C library tells the type of a file.")]
    public async Task Get_into_a_device_node_outside_of_dev_leaves_the_node()
    {
        var node = PathOf("node");
        var made = await ShellAsync("mknod \"$1\" c 1 3 && : > \"$1\"", node);
        Assume.That(made.ExitCode, Is.Zero, "only root may make device nodes: " + made.Error);
        await RunAsync(["put", "--store", Store, "k", "-"], SampleImages.Png());

        var result = await RunAsync("get", "--store", Store, "k", node);

        Assert.That((result.ExitCode, result.Out), Is.EqualTo((0, string.Empty)));
        Assert.That((await ShellAsync("test -c \"$1\"", node)).ExitCode, Is.Zero);
    }

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
    [Platform(Exclude = "Win", Reason = "Windows has no such files.")]
    public async Task Get_json_to_a_name_of_standard_output_is_refused() =>
        (await RunAsync("get", "--store", Store, "k", "/dev/stdout", "--json")).Failed(ExitCode.Failure, "--json");

    private static void FlipByte(string path, long offset)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite);
        file.Position = offset;
        var value = file.ReadByte();
        file.Position = offset;
        file.WriteByte((byte)(value ^ 1));
    }
}
