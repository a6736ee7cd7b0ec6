using System.Net.Sockets;
using System.Text;
using ImageStorage.AspNetCore.Tests.Hosting;
using ImageStorage.Testing;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace ImageStorage.AspNetCore.Tests.Writing;

/// <summary>Clients that send slowly or nothing are ended by the limits of the server, which the endpoints leave on.</summary>
internal sealed class SlowClientTests
{
    [Test]
    public async Task Upload_below_the_minimum_data_rate_is_408_and_stores_nothing()
    {
        await using var server = await ImageServer.StartAsync(
            configure: options => options.AllowUpload = true,
            host: builder => builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(1000, TimeSpan.FromSeconds(1.1))));
        using var socket = await server.ConnectAsync();
        await socket.SendAsync(Encoding.ASCII.GetBytes($"PUT /images/slow.png HTTP/1.1\r\nHost: {ImageServer.Host}\r\nContent-Length: 1000\r\n\r\n"));
        await socket.SendAsync(SampleImages.OfLength(1000).AsMemory(0, 10));

        var response = await ImageServer.ReadResponseAsync(socket);

        Assert.That((response.Status, response.Problem), Is.EqualTo((408, "upload-timeout")));
        Assert.That(await server.Images.GetInfoAsync("slow.png"), Is.Null);
        Assert.That(server.Errors, Is.Empty);
    }

    /// <summary>The long form opens 10,000 connections, if the process may.</summary>
    [Test]
    public async Task Connections_that_send_nothing_are_bounded_and_end_while_others_are_served()
    {
        var count = TestLength.Of(200, 10_000);
        await using var server = await ImageServer.StartAsync(host: builder => builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxConcurrentConnections = count;
            kestrel.Limits.KeepAliveTimeout = TimeSpan.FromSeconds(TestLength.Of(1, 30));
        }));
        await server.Images.SaveBytesAsync("a.png", SampleImages.Png());
        var idle = new List<Socket>();
        try
        {
            for (var i = 0; i < count - 1; i++)
            {
                idle.Add(await server.ConnectAsync());
            }

            var memory = GC.GetTotalMemory(forceFullCollection: true);
            var served = await server.SendAsync("GET", "/images/a.png");
            idle.Add(await server.ConnectAsync());
            var ends = await Task.WhenAll(idle.Select(ImageServer.ReadToEndAsync));
            var after = await server.SendAsync("GET", "/images/a.png");

            await TestContext.Out.WriteLineAsync($"{count} connections, {memory / 1024 / count} KB of managed memory each");
            Assert.That((served.Status, after.Status), Is.EqualTo((200, 200)));
            Assert.That(ends, Has.All.Empty);
        }
        finally
        {
            idle.ForEach(socket => socket.Dispose());
        }
    }
}
