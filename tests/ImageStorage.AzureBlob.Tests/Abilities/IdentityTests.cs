using System.Net;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Identity;
using ImageStorage.AzureBlob.Records;
using ImageStorage.Providers;

namespace ImageStorage.AzureBlob.Tests.Abilities;

/// <summary>Sign-in by token on a scripted service, because the emulator has no https.</summary>
public class IdentityTests
{
    private static readonly DateTimeOffset Until = TimeProvider.System.GetUtcNow().AddDays(1);

    [Test]
    public async Task Url_is_signed_with_a_delegation_key_that_is_requested_once()
    {
        using var service = new ScriptedService();
        await using var provider = Open(service, new FixedToken());

        var first = await provider.CreateReadUrlAsync("a.png", TimeSpan.FromMinutes(5));
        await provider.CreateReadUrlAsync("a.png", TimeSpan.FromMinutes(10));

        Assert.That(first!.Url.Query, Does.Contain("sp=r&").And.Contain("spr=https&").And.Contain("sr=b&").And.Contain("skoid=").And.Contain("sig="));
        Assert.That(service.Requests.Count(request => request.Contains("userdelegationkey", StringComparison.Ordinal)), Is.EqualTo(1));
        Assert.That(service.Requests, Has.All.Contain("Bearer"));
    }

    [Test]
    public async Task Credential_without_a_token_is_reported()
    {
        using var service = new ScriptedService();
        await using var provider = Open(service, new NoToken());

        var failure = Assert.ThrowsAsync<StorageUnavailableException>(() => provider.GetInfoAsync("a.png"));

        Assert.That((failure!.IsTransient, failure.InnerException), Is.EqualTo((false, default(Exception))));
        Assert.That(failure.ToString(), Does.Contain("credential").And.Not.Contain("tenant secret"));
    }

    private static AzureBlobImageProvider Open(ScriptedService service, TokenCredential credential) => new(new AzureBlobStorageOptions
    {
        ServiceUri = new Uri("https://account.blob.invalid"),
        Credential = credential,
        Container = "images",
        ConfigureClient = client => client.Transport = new HttpClientTransport(service),
    });

    private sealed class ScriptedService : HttpMessageHandler
    {
        public List<string> Requests { get; } = [];

        protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken) => throw new NotSupportedException();

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Requests.Add($"{request.Method} {request.RequestUri} {request.Headers.Authorization}");
            var response = new HttpResponseMessage(HttpStatusCode.OK) { Content = new ByteArrayContent([]) };
            if (request.Method == HttpMethod.Head)
            {
                response.Headers.Add($"x-ms-meta-{RecordEnvelope.Name}", RecordEnvelope.Encode(Record()));
                response.Headers.Add("ETag", "\"0x1\"");
            }
            else
            {
                response.Content = new StringContent($"""
                    <?xml version="1.0" encoding="utf-8"?><UserDelegationKey><SignedOid>00000000-0000-0000-0000-000000000001</SignedOid><SignedTid>00000000-0000-0000-0000-000000000002</SignedTid><SignedStart>{Until.AddDays(-2):yyyy-MM-ddTHH:mm:ssZ}</SignedStart><SignedExpiry>{Until:yyyy-MM-ddTHH:mm:ssZ}</SignedExpiry><SignedService>b</SignedService><SignedVersion>2026-06-06</SignedVersion><Value>c2lnbmVk</Value></UserDelegationKey>
                    """);
            }

            return Task.FromResult(response);
        }

        private static ImageRecord Record() => new()
        {
            Info = new ImageInfo { Key = "a.png", ContentType = "image/png", Length = 1, Width = 1, Height = 1, XxHash128 = 1, CreatedAt = Until, ModifiedAt = Until, ETag = ImageETagFactory.Create(new ContentDigest(1, 1, null)) },
            StoredLength = 1,
            StoredHash = 1,
            EntryId = 1,
        };
    }

    private sealed class FixedToken : TokenCredential
    {
        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) => new("token", Until);

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) => new(new AccessToken("token", Until));
    }

    private sealed class NoToken : TokenCredential
    {
        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) => throw new CredentialUnavailableException("tenant secret");

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) => throw new CredentialUnavailableException("tenant secret");
    }
}
