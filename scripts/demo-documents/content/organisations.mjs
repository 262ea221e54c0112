/**
 * Organisations, staff and experts of the demo, all invented, in cities that do not exist.
 * Telephone numbers begin with 0000, which is no dialling code.
 */

import { creditCode } from '../lib/credit-code.mjs';

const person = (id, zh, en, role, phone) => ({ id, name: { zh, en }, role, phone });

export const centre = {
  id: 'centre',
  name: { zh: '澄川市公共资源交易中心', en: 'Chengchuan City Public Resource Trading Centre' },
  credit_code: creditCode('12', '990100', 'MB2F7K31'),
  people: [
    person('registrar_1', '程若秋', 'Cheng Ruoqiu', 'registrar', '0000-8860 0101'),
    person('registrar_2', '罗绍庭', 'Luo Shaoting', 'registrar', '0000-8860 0102'),
    person('administrator', '卫清和', 'Wei Qinghe', 'administrator', '0000-8860 0100'),
  ],
};

export const buyer = {
  id: 'buyer',
  name: { zh: '澄川市汀湖区市政设施建设服务中心', en: 'Tinghu District Municipal Works Service Centre, Chengchuan City' },
  credit_code: creditCode('12', '990101', 'MB1C4T09'),
  address: '澄川市汀湖区望溪街66号',
  people: [person('buyer_1', '杜立言', 'Du Liyan', 'buyer', '0000-8860 0201')],
};

export const agency = {
  id: 'agency',
  name: { zh: '澄川衡正工程项目管理有限公司', en: 'Chengchuan Hengzheng Project Management Co., Ltd.' },
  credit_code: creditCode('91', '990102', 'MA3H8Q5X'),
  address: '澄川市云堤区汇文路19号广衡大厦7层',
  people: [
    person('host', '宋知微', 'Song Zhiwei', 'host', '0000-8860 0301'),
    person('recorder', '毛晓岚', 'Mao Xiaolan', 'recorder', '0000-8860 0302'),
  ],
};

export const supervisor = {
  id: 'supervisor',
  name: { zh: '澄川市汀湖区建设工程招标投标监督站', en: 'Tinghu District Construction Tendering Supervision Office' },
  credit_code: creditCode('11', '990101', 'MB0A6R2W'),
  people: [person('supervisor_1', '郑伯钧', 'Zheng Bojun', 'supervisor', '0000-8860 0401')],
};

/** [id, name, English name, organisation zh, en, speciality zh, en, title, recusal: [bidder id, reason zh, reason en]] */
const pool = [
  ['expert_1', '沈墨林', 'Shen Molin', '澄川市市政工程设计院', 'Chengchuan Municipal Design Institute', '市政道路工程', 'Municipal roads', '正高级工程师'],
  ['expert_2', '戴若谷', 'Dai Ruogu', '霁川理工大学土木学院', 'Jichuan University of Technology, School of Civil Engineering', '给水排水工程', 'Water and drainage', '教授'],
  ['expert_3', '顾延平', 'Gu Yanping', '砚江城建控股集团有限公司', 'Yanjiang Urban Construction Holding Group', '市政道路工程', 'Municipal roads', '高级工程师',
    ['bidder_06', '任职单位为投标人砚江承基建设工程有限公司的控股股东', 'employed by the controlling shareholder of this bidder']],
  ['expert_4', '庄景行', 'Zhuang Jingxing', '泓州市排水管理处', 'Hongzhou Drainage Office', '排水管网', 'Sewer networks', '高级工程师'],
  ['expert_5', '白露遥', 'Bai Luyao', '澄川中衡造价咨询有限公司', 'Chengchuan Zhongheng Cost Consultants', '工程造价', 'Cost engineering', '一级造价工程师'],
  ['expert_6', '邵怀瑾', 'Shao Huaijin', '岚渚砥石控股集团有限公司', 'Lanzhu Dishi Holding Group', '桥梁与隧道', 'Bridges and tunnels', '高级工程师',
    ['bidder_02', '任职单位为投标人岚渚砥石路桥工程有限公司的母公司', 'employed by the parent company of this bidder']],
  ['expert_7', '文思齐', 'Wen Siqi', '沅临市公路与城市道路养护中心', 'Yuanlin Road Maintenance Centre', '道路养护与交通组织', 'Road maintenance and traffic', '高级工程师'],
  ['expert_8', '康望舒', 'Kang Wangshu', '禾渚市建设工程质量检测中心', 'Hezhu Construction Testing Centre', '工程质量检测', 'Quality testing', '高级工程师'],
  ['expert_9', '贺云樵', 'He Yunqiao', '澄川监达工程监理有限公司', 'Chengchuan Jianda Supervision Co., Ltd.', '施工监理与安全', 'Site supervision and safety', '高级工程师'],
];

export const experts = pool.map(
  ([id, zh, en, orgZh, orgEn, specialityZh, specialityEn, title, recusal], index) => ({
    id,
    name: { zh, en },
    organisation: { zh: orgZh, en: orgEn },
    speciality: { zh: specialityZh, en: specialityEn },
    title,
    phone: `0000-8860 05${String(index + 1).padStart(2, '0')}`,
    recused_from: recusal ? [{ bidder: recusal[0], reason: { zh: recusal[1], en: recusal[2] } }] : [],
  }),
);
