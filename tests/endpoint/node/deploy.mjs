// Creates a service behind a target group with AWS's SDK, and prints what it saw as JSON.
import { createRequire } from "node:module";

const require = createRequire(process.env.NODE_PEERS + "/");
const ecsSdk = require("@aws-sdk/client-ecs");
const elbSdk = require("@aws-sdk/client-elastic-load-balancing-v2");

const ecs = new ecsSdk.ECSClient({});
const elb = new elbSdk.ElasticLoadBalancingV2Client({});
const send = (client, command) => client.send(command);

const groups = await send(elb, new elbSdk.CreateTargetGroupCommand({
  Name: "web", Protocol: "HTTP", Port: 8080, TargetType: "ip", VpcId: "vpc-1",
}));
const group = groups.TargetGroups[0].TargetGroupArn;
await send(ecs, new ecsSdk.CreateClusterCommand({ clusterName: "demo" }));
await send(ecs, new ecsSdk.RegisterTaskDefinitionCommand({
  family: "web", networkMode: "awsvpc", cpu: "256", memory: "512",
  requiresCompatibilities: ["FARGATE"],
  containerDefinitions: [{ name: "web", image: "web:1", portMappings: [{ containerPort: 8080 }] }],
}));
await send(ecs, new ecsSdk.CreateServiceCommand({
  cluster: "demo", serviceName: "web", taskDefinition: "web", launchType: "FARGATE", desiredCount: 2,
  networkConfiguration: { awsvpcConfiguration: { subnets: ["subnet-1"] } },
  loadBalancers: [{ targetGroupArn: group, containerName: "web", containerPort: 8080 }],
}));
await ecsSdk.waitUntilServicesStable(
  { client: ecs, maxWaitTime: 120, minDelay: 1, maxDelay: 1 }, { cluster: "demo", services: ["web"] },
);
const health = await send(elb, new elbSdk.DescribeTargetHealthCommand({ TargetGroupArn: group }));
const refused = await send(ecs, new ecsSdk.DescribeServicesCommand({ cluster: "nowhere", services: ["web"] }))
  .catch((error) => error);
console.log(JSON.stringify({
  states: health.TargetHealthDescriptions.map((one) => one.TargetHealth.State),
  refused: refused.name,
  isItsClass: refused instanceof ecsSdk.ClusterNotFoundException,
}));
